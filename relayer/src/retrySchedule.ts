/** Waits before the second, third, … attempt, in milliseconds; the last one repeats. */
export const RETRY_WAITS_MS = [50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const;

/** Part of the wait that chance may add, so that three nodes do not retry in step. */
const JITTER = 0.2;

/**
 * The wait before the next attempt.
 * @param attempts failed attempts so far, at least 1
 * @param random in [0, 1)
 */
export function retryWaitMs(attempts: number, random: number): number {
  const place = Math.min(Math.max(attempts, 1), RETRY_WAITS_MS.length) - 1;
  const wait = RETRY_WAITS_MS[place] ?? 0;
  return Math.round(wait * (1 + JITTER * random));
}
