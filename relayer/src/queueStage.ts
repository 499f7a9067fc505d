import type { PostponingStage } from './db/commitPoints.ts';
import type { Job, JobQueue } from './db/jobQueue.ts';
import type { Tables } from './db/tables.ts';
import type { Stage } from './stage.ts';

interface Options<Body> {
  readonly name: PostponingStage;
  readonly queue: JobQueue<Body>;
  readonly tables: Tables;
  readonly idleMs: number;
  readonly run: (job: Job<Body>, signal: AbortSignal) => Promise<void>;
  readonly transferId: (body: Body) => string;
  /** The job to take among those waiting; the oldest due one when absent. */
  readonly next?: () => Job<Body> | undefined;
  /** Jobs worked on at once; one when absent. */
  readonly width?: number;
}

/** A stage whose jobs are the rows of one queue. */
export function queueStage<Body>(options: Options<Body>): Stage<Job<Body>> {
  const { name, queue, tables, idleMs, width = 1, next } = options;
  const startedMs = new WeakMap<Job<Body>, number>();
  return {
    name,
    wake: queue.wake,
    idleMs,
    width,
    next: () => Promise.resolve(next === undefined ? queue.due()[0] : next()),
    run: (job, signal) => {
      startedMs.set(job, queue.nowMs());
      return options.run(job, signal);
    },
    postpone: async ({ id }) => {
      const job = queue.get(id);
      const writes = tables.writes(`${name}/postpone`);
      if (job !== undefined) queue.postpone(writes, job);
      await writes.commit();
    },
    park: async (taken, fault) => {
      const job = queue.get(taken.id);
      const writes = tables.writes(`${name}/park`);
      if (job !== undefined) {
        // What it waits for may have come during the run: then the fault is about the past.
        if (isRousedSince(job, startedMs.get(taken) ?? 0)) queue.postpone(writes, job);
        else queue.park(writes, job, fault);
      }
      await writes.commit();
    },
    transferId: (job) => options.transferId(job.body),
    // A stage that picks its own order may leave due jobs lying: it is woken, never timed.
    ...(next === undefined ? { dueInMs: () => queue.dueInMs() } : {}),
    load: () => queue.measure(),
  };
}

function isRousedSince<Body>(job: Job<Body>, startedMs: number): boolean {
  return job.attempts === 0 && job.notBeforeMs >= startedMs;
}
