import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { deliveryTurn, rankOf } from '../../src/rank.ts';
import { checkpointFor } from '../../src/release/checkpointChoice.ts';
import { RETRY_WAITS_MS, retryWaitMs } from '../../src/retrySchedule.ts';

describe('the retry schedule', () => {
  it('is this table', () => {
    assert.deepEqual(
      Array.from({ length: 12 }, (_, failed) => retryWaitMs(failed + 1, 0)),
      [50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 60_000, 60_000],
    );
  });

  it('adds at most a fifth by chance', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, random) => {
          const least = retryWaitMs(attempts, 0);
          const wait = retryWaitMs(attempts, random);
          assert.ok(wait >= least && wait <= 1.2 * least + 1);
          assert.ok(wait <= 1.2 * Math.max(...RETRY_WAITS_MS));
        },
      ),
    );
  });
});

describe('rankOf', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 7 });

  it('gives every node a place of its own, the same at every node', () => {
    fc.assert(
      fc.property(names, fc.string(), (nodes, work) => {
        const ranks = nodes.map((node) => rankOf(node, nodes, work));
        const elsewhere = nodes.map((node) => rankOf(node, [...nodes].reverse(), work));
        assert.deepEqual(ranks, elsewhere);
        assert.deepEqual(
          [...ranks].sort((a, b) => a - b),
          nodes.map((_, place) => place),
        );
      }),
    );
  });

  it('puts a stranger behind all', () => {
    assert.equal(rankOf('stranger', ['a', 'b'], 'work'), 2);
  });

  it('keeps the carrier for 32 epochs, then lets others have their turn', () => {
    const nodes = ['custodian', 'registry', 'auditor'];
    const first = (epoch: bigint): string =>
      nodes.find((node) => rankOf(node, nodes, deliveryTurn(7n, epoch)) === 0) ?? '';
    const carriers = Array.from({ length: 640 }, (_, epoch) => first(BigInt(epoch)));
    for (const [epoch, carrier] of carriers.entries()) assert.equal(carrier, carriers[epoch - (epoch % 32)]);
    assert.deepEqual(new Set(carriers), new Set(nodes));
  });
});

const among =
  (blocks: readonly bigint[]) =>
  (through: bigint): bigint | undefined =>
    blocks
      .filter((block) => block <= through)
      .sort((a, b) => Number(a - b))
      .at(-1);

describe('checkpointFor', () => {
  const times = { everyBlocks: 4n, againBlocks: 32n };

  it('waits until the next common block is final', () => {
    assert.equal(checkpointFor(among([]), 100n, times), undefined);
    assert.equal(checkpointFor(among([5n]), 7n, times), undefined);
    assert.equal(checkpointFor(among([5n]), 8n, times), 8n);
    assert.equal(checkpointFor(among([5n]), 30n, times), 8n);
  });

  it('takes the newest block that covers entries, and a new one for entries that wait long', () => {
    assert.equal(checkpointFor(among([5n, 11n, 18n]), 19n, times), 12n);
    assert.equal(checkpointFor(among([5n]), 64n, times), 64n);
    assert.equal(checkpointFor(among([5n]), 95n, times), 64n);
  });

  it('is a block at or behind some entry, final and common', () => {
    const blocks = fc.array(fc.bigInt({ min: 0n, max: 1_000n }), { maxLength: 5 });
    fc.assert(
      fc.property(blocks, fc.bigInt({ min: 0n, max: 1_000n }), (entries, final) => {
        const chosen = checkpointFor(among(entries), final, times);
        if (chosen === undefined) return;
        assert.ok(chosen <= final && chosen % 4n === 0n && entries.some((block) => block <= chosen));
      }),
    );
  });
});
