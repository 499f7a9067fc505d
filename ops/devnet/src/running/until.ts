import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 100;

export interface UntilOptions {
  /** Default: a minute. */
  readonly timeoutMs?: number;
  /** Default: a hundred. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks again and again until the answer is there; what goes wrong with the asking goes wrong at once.
 * @throws Error that names what was waited for once `timeoutMs` is over; the signal's reason when it aborts
 */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  { timeoutMs = 60_000, everyMs = EVERY_MS, signal }: UntilOptions = {},
): Promise<Answer> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(everyMs, undefined, signal === undefined ? {} : { signal });
  }
}
