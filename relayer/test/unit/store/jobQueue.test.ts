import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import fc from 'fast-check';
import type { Job, JobQueue } from '../../../src/db/jobQueue.ts';
import { openTables } from '../../../src/db/tables.ts';
import type { AtEpoch } from '../../../src/db/tables.ts';
import { withDirectory } from '../../fakes/withDirectory.ts';

type Queue = JobQueue<AtEpoch>;
type Jobs = readonly Job<AtEpoch>[];

const body = { laneId: 1n, epoch: 1n };
const id = fc.integer({ min: 0, max: 9 }).map(String);
const act = fc.oneof(
  fc.record({ verb: fc.constant('add' as const), id, attempts: fc.nat(3), waitMs: fc.nat(50) }),
  fc.record({ verb: fc.constantFrom('remove' as const, 'park' as const, 'rouse' as const, 'postpone' as const), id }),
  fc.record({ verb: fc.constant('pass' as const), waitMs: fc.nat(60) }),
);
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

/** The plain meaning of each answer, by going through everything. */
const plain = {
  due: (jobs: Jobs, nowMs: number) =>
    jobs
      .filter((job) => job.parked === undefined && job.notBeforeMs <= nowMs)
      .map((job) => [job.attempts, job.addedAtMs])
      .sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d),
  earliestMs: (jobs: Jobs) => jobs.filter((job) => job.parked === undefined).map((job) => job.notBeforeMs),
  oldestMs: (jobs: Jobs) => jobs.filter((job) => job.parked === undefined).map((job) => job.addedAtMs),
};

it('a job queue answers as if it went through all its jobs', async () => {
  await withDirectory(async (directory) => {
    let nowMs = 1_000;
    const tables = await openTables(directory, () => nowMs);
    const queue: Queue = tables.queues.endorse;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
        for (const one of acts) {
          if (one.verb === 'pass') nowMs += one.waitMs;
          else await apply(queue, one, tables.writes('mint-endorse/postpone'), nowMs);
          check(queue, nowMs);
        }
      }),
      { numRuns: 60 },
    );
    await tables.close();
  });
});

async function apply(
  queue: Queue,
  one: Exclude<Act, { verb: 'pass' }>,
  writes: Parameters<Queue['add']>[0],
  nowMs: number,
): Promise<void> {
  const job = queue.get(one.id);
  if (one.verb === 'add') queue.add(writes, one.id, body, { attempts: one.attempts, notBeforeMs: nowMs + one.waitMs });
  else if (one.verb === 'remove') queue.remove(writes, one.id);
  else if (one.verb === 'rouse') queue.rouse(writes, one.id);
  else if (job !== undefined && one.verb === 'park') queue.park(writes, job, new Fault('FUNDS_SHORT', 'no gas'));
  else if (job !== undefined) queue.postpone(writes, job, 30);
  await writes.commit();
}

function check(queue: Queue, nowMs: number): void {
  const jobs = [...queue.all()];
  assert.deepEqual(
    queue.due(4).map((job) => [job.attempts, job.addedAtMs]),
    plain.due(jobs, nowMs).slice(0, 4),
  );
  const waits = plain.earliestMs(jobs);
  assert.equal(queue.dueInMs(), waits.length === 0 ? undefined : Math.max(0, Math.min(...waits) - nowMs));
  const { length, parked, oldestSeconds } = queue.measure();
  assert.deepEqual([length, parked], [waits.length, jobs.length - waits.length]);
  assert.equal([...queue.parked()].length, parked);
  const ages = plain.oldestMs(jobs);
  assert.equal(oldestSeconds, ages.length === 0 ? 0 : (nowMs - Math.min(...ages)) / 1_000);
}
