import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '@twinspan/devnet';
import { CARRIERS, keysOf, leaderOf, Spread } from './spread.ts';

const PORT_OFFSET = 3_000;

/** The loss of one of each; `test/long/spread.test.ts` has the loss of the only one. */
describe('the crossing spread over lanes, keys, proof workers and peers', () => {
  let spread: Spread;

  before(async () => {
    spread = await Spread.open(PORT_OFFSET);
  });

  after(() => spread[Symbol.asyncDispose]());

  it('each lane keeps to one key of a carrier, and all keys work', async () => {
    const from = await spread.blockNow();
    for (let round = 0; round < 2; round++) await spread.across();
    const senders = await spread.sendersSince(from);
    assert.equal(senders.size, spread.rig.records.length, 'every lane moved');
    for (const [laneId, names] of senders) {
      for (const carrier of Object.keys(CARRIERS)) {
        assert.ok(keysOf(carrier, names).length <= 1, `lane ${laneId} by ${[...names].join(', ')}`);
      }
    }
    const all = [...senders.values()].flatMap((names) => [...names]);
    assert.deepEqual([...new Set(all)].sort(), Object.values(CARRIERS).flat());
  });

  it('lanes of a carrier that is killed go on by the other, each by one of its keys', async () => {
    const { child } = spread.rig.node('carrier-1');
    await child.kill('SIGKILL');
    const from = (await spread.blockNow()) + 2n;
    await until('what it had sent to be mined', async () => ((await spread.blockNow()) >= from ? true : undefined));
    await spread.across();
    const senders = await spread.sendersSince(from);
    for (const { laneId } of spread.rig.records) {
      const names = [...(senders.get(laneId) ?? [])];
      assert.equal(names.length, 1, `lane ${laneId}, led by ${leaderOf(laneId)}, by ${names.join(', ')}`);
      assert.deepEqual(keysOf('carrier-2', names), names);
    }
    await child.restart();
  });

  it('backings are renewed by the worker that is left when one is killed in the middle of a proof', async () => {
    const doomed = await spread.askForBackings({ minRating: 1 });
    await doomed.end('SIGKILL');
    const { jobId } = spread.begun(doomed).at(-1) ?? assert.fail();
    assert.ok(!spread.hasProven(doomed, jobId), 'it died at work');
    spread.workers = spread.workers.filter((worker) => worker !== doomed);
    await spread.backed();
    const again = spread.workers.flatMap((worker) => spread.begun(worker)).filter((job) => job.jobId === jobId);
    assert.deepEqual(again, [{ jobId, deliveryCount: 2 }], 'it costs one more delivery');
  });

  it('the custodian goes on when one of its two peers is killed, and takes it up again', async () => {
    const peer = spread.rig.bridge.network.process('peer0.custodian');
    await peer.kill('SIGKILL');
    await spread.across();
    await spread.back();
    await spread.firstPeerIs('gone');
    await peer.restart();
    await spread.firstPeerIs('there');
    await spread.across();
  });

  it('and every unit is accounted for', () => spread.balances());
});
