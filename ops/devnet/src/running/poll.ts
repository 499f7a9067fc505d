import { setTimeout as pause } from 'node:timers/promises';

export interface PollOptions {
  /** What is awaited, for the error. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks again and again until the answer is not undefined. An attempt that throws counts as undefined, and the last such
 * error is the cause of the one thrown at the end.
 *
 * @throws Error after `timeoutMs`; the signal's reason once it aborts
 */
export async function poll<Answer>(
  ask: () => Promise<Answer | undefined> | Answer | undefined,
  options: PollOptions,
): Promise<Answer> {
  const deadline = Date.now() + options.timeoutMs;
  let cause: unknown;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`${options.what}: not within ${options.timeoutMs / 1000} s`, { cause });
    }
    await pause(options.everyMs ?? 50, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}
