import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NonceQueue } from '../../src/trading/nonceQueue.ts';

describe('NonceQueue', () => {
  it('hands out consecutive nonces to concurrent senders and asks the chain once', async () => {
    let asked = 0;
    const queue = new NonceQueue(() => Promise.resolve(asked++ === 0 ? 7 : 99));
    const nonces = await Promise.all(Array.from({ length: 5 }, () => queue.take((nonce) => Promise.resolve(nonce))));
    assert.deepEqual(nonces, [7, 8, 9, 10, 11]);
    assert.equal(asked, 1);
  });

  it('sends one at a time', async () => {
    let running = 0;
    let most = 0;
    const queue = new NonceQueue(() => Promise.resolve(0));
    const send = async (): Promise<void> => {
      most = Math.max(most, (running += 1));
      await Promise.resolve();
      running -= 1;
    };
    await Promise.all(Array.from({ length: 4 }, () => queue.take(send)));
    assert.equal(most, 1);
  });

  it('asks the chain again after a failed send, and goes on', async () => {
    const counts = [3, 4];
    const queue = new NonceQueue(() => Promise.resolve(counts.shift() ?? -1));
    await queue.take((nonce) => Promise.resolve(nonce));
    await assert.rejects(
      queue.take(() => Promise.reject(new Error('refused'))),
      { message: 'refused' },
    );
    assert.equal(await queue.take((nonce) => Promise.resolve(nonce)), 4);
  });
});
