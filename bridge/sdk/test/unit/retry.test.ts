import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONFLICT_SCHEDULE, withRetry } from '../../src/asset/retry.ts';

class Transient extends Error {}

/** Fails so often, then answers; keeps what it was asked and how long the pauses were. */
function failing(times: number, error: () => Error) {
  const counts: number[] = [];
  const pauses: number[] = [];
  return {
    counts,
    pauses,
    attempt: (count: number): Promise<string> => {
      counts.push(count);
      return counts.length <= times ? Promise.reject(error()) : Promise.resolve('done');
    },
    wait: (ms: number): Promise<void> => {
      pauses.push(ms);
      return Promise.resolve();
    },
  };
}

const again = (error: unknown): boolean => error instanceof Transient;
const jitter = (): number => 1;

describe('withRetry', () => {
  it('answers at once what succeeds at once', async () => {
    const run = failing(0, () => new Transient());
    assert.equal(await withRetry({ schedule: [1, 2], again, jitter, wait: run.wait }, run.attempt), 'done');
    assert.deepEqual([run.counts, run.pauses], [[0], []]);
  });

  it('pauses by the schedule between attempts', async () => {
    const run = failing(2, () => new Transient());
    assert.equal(await withRetry({ schedule: [10, 20, 30], again, jitter, wait: run.wait }, run.attempt), 'done');
    assert.deepEqual(
      [run.counts, run.pauses],
      [
        [0, 1, 2],
        [10, 20],
      ],
    );
  });

  it('makes one more attempt than there are pauses, then gives the last error', async () => {
    const run = failing(9, () => new Transient('still'));
    await assert.rejects(withRetry({ schedule: [10, 20], again, jitter, wait: run.wait }, run.attempt), {
      message: 'still',
    });
    assert.deepEqual(
      [run.counts, run.pauses],
      [
        [0, 1, 2],
        [10, 20],
      ],
    );
  });

  it('gives up at once on what is not to be tried again', async () => {
    const run = failing(1, () => new Error('for good'));
    await assert.rejects(withRetry({ schedule: [10], again, jitter, wait: run.wait }, run.attempt), {
      message: 'for good',
    });
    assert.deepEqual([run.counts, run.pauses], [[0], []]);
  });

  it('spreads pauses by the jitter', async () => {
    const run = failing(1, () => new Transient());
    await withRetry({ schedule: [100], again, jitter: () => 0.5, wait: run.wait }, run.attempt);
    assert.deepEqual(run.pauses, [50]);
  });

  it('has a conflict schedule that outlasts several blocks', () => {
    assert.ok(CONFLICT_SCHEDULE.reduce((sum, ms) => sum + ms, 0) >= 1_000);
  });
});
