import { setTimeout as delay } from 'node:timers/promises';

/** Pauses between attempts, in milliseconds: one more attempt than there are pauses. */
export type RetrySchedule = readonly number[];

/** A conflict at commit clears with the next block or two. */
export const CONFLICT_SCHEDULE: RetrySchedule = [20, 60, 150, 400, 1_000];

/** Peers that answered from different heights agree once the slower one has the block. */
export const DISAGREEMENT_SCHEDULE: RetrySchedule = [10, 30, 80, 200, 500];

/** The same of what is to be submitted: nobody but its client asks again, and a peer under load trails by seconds. */
export const SUBMISSION_SCHEDULE: RetrySchedule = [...DISAGREEMENT_SCHEDULE, 1_000, 2_000];

export interface RetryOptions {
  readonly schedule: RetrySchedule;
  /** Only what this accepts is tried again. */
  readonly again: (error: unknown) => boolean;
  /** Spreads competing clients: a factor in [0.5, 1.5). */
  readonly jitter?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Runs `attempt` until it succeeds, fails for good or the schedule is used up; then the last error is thrown. */
export async function withRetry<Result>(
  options: RetryOptions,
  attempt: (count: number) => Promise<Result>,
): Promise<Result> {
  const { schedule, again, jitter = () => 0.5 + Math.random(), wait = delay } = options;
  for (const [count, pauseMs] of schedule.entries()) {
    try {
      return await attempt(count);
    } catch (error) {
      if (!again(error)) throw error;
      await wait(pauseMs * jitter());
    }
  }
  return attempt(schedule.length);
}
