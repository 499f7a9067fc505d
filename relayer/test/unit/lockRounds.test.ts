import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { LockTrace } from '@twinspan/sdk';
import { LockRounds } from '../../src/mint/lockRounds.ts';
import { seeded } from '../race/seeded.ts';

const LANE = 7n;
const RECORDS = ['11', '22', '33'].map((byte): Hex => `0x00${byte.repeat(31)}`);
const FULL = 8;

/** A lane's waiting locks as the chain lists them: by their ids, whenever they came. */
class Waiting {
  readonly ids = new Set<string>();
  failure: Fault | undefined;

  /** @param mostMessages that the gas allows */
  rounds(mostMessages = 100): LockRounds {
    return new LockRounds(FULL, {
      desk: { pageSize: (_laneId, locks) => locks },
      // With three records there is room for nothing.
      gas: { mostMessages: (states) => Promise.resolve(states === 3 ? undefined : mostMessages) },
      asset: {
        pendingLocksPage: (_laneId, { size, bookmark = '' }) => {
          if (this.failure !== undefined) return Promise.reject(this.failure);
          const rest = [...this.ids].sort().filter((id) => id >= bookmark);
          return Promise.resolve({ locks: rest.slice(0, size).map(lockOf), bookmark: rest[size] });
        },
      },
    });
  }

  /** An epoch takes them. */
  seal(locks: readonly string[]): void {
    for (const lock of locks) this.ids.delete(lock);
  }
}

/** Its first letter says of which record. */
function lockOf(lockId: string): LockTrace {
  const rightsId = RECORDS['abc'.indexOf(lockId.charAt(0))] ?? assert.fail();
  const place = { state: 'pending' } as const;
  return { lockId, rightsId, account: 'house', recipient: `0x${'0a'.repeat(20)}`, units: 1n, reference: '', place };
}

describe('the locks of an epoch', () => {
  it('are all that wait, when they are few', async () => {
    const waiting = new Waiting();
    for (const id of ['b1', 'a1', 'a2']) waiting.ids.add(id);
    const taken = await waiting.rounds(4).take(LANE);
    assert.deepEqual(taken, { locks: ['a1', 'a2', 'b1'], records: new Set(RECORDS.slice(0, 2)), isCut: false });
  });

  it('leave none out for longer than a round, although as many come as go', async () => {
    for (const gas of [3, 5, 100]) {
      const random = seeded(1);
      const come = (count: number): string[] => {
        const ids = Array.from({ length: count }, () => `a${random().toString(16).slice(2, 10)}`);
        for (const id of ids) waiting.ids.add(id);
        return ids;
      };
      const waiting = new Waiting();
      const rounds = waiting.rounds(gas);
      const most = Math.min(FULL, gas);
      const backlog = come(3 * most);
      for (let epoch = 0; epoch < 12; epoch++) {
        come(most);
        const { locks, isCut } = await rounds.take(LANE);
        assert.deepEqual([locks.length, isCut], [most, true]);
        waiting.seal(locks);
      }
      const passedOver = backlog.filter((id) => waiting.ids.has(id));
      assert.deepEqual(passedOver, [], `gas for ${gas}`);
    }
  });

  it('go on at the beginning when the end comes, and each is taken once', async () => {
    const waiting = new Waiting();
    const rounds = waiting.rounds(4);
    for (const id of ['a1', 'a2', 'a3', 'a4', 'b5', 'b6']) waiting.ids.add(id);
    waiting.seal((await rounds.take(LANE)).locks);
    waiting.ids.add('a0');
    assert.deepEqual((await rounds.take(LANE)).locks, ['b5', 'b6', 'a0']);
  });

  it('are no more than an epoch holds with the states that they bring', async () => {
    const waiting = new Waiting();
    for (const id of ['a1', 'b1', 'c1']) waiting.ids.add(id);
    const { locks, isCut } = await waiting.rounds().take(LANE);
    assert.deepEqual([locks, isCut], [['a1', 'b1'], true]);
  });

  it('are read from the beginning after a fault', async () => {
    const waiting = new Waiting();
    const rounds = waiting.rounds(4);
    for (const id of ['a1', 'a2', 'a3', 'a4', 'b5', 'b6']) waiting.ids.add(id);
    waiting.seal((await rounds.take(LANE)).locks);
    waiting.failure = new Fault('CHAIN_UNREACHABLE', 'down');
    await assert.rejects(rounds.take(LANE), { code: 'CHAIN_UNREACHABLE' });
    waiting.failure = undefined;
    waiting.ids.add('a0');
    assert.deepEqual((await rounds.take(LANE)).locks, ['a0', 'b5', 'b6']);
  });
});
