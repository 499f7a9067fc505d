import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is there. @throws when it is not within `timeoutMs` */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(200);
  }
}
