import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 100;

/**
 * Asks again and again until the answer is there.
 * @throws Error that names what was waited for once `timeoutMs` is over; the signal's reason when it aborts
 */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  options: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<Answer> {
  const deadline = performance.now() + (options.timeoutMs ?? 60_000);
  for (;;) {
    options.signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(EVERY_MS, undefined, { signal: options.signal });
  }
}
