import { isAlive } from './running/liveness.ts';
import { poll } from './running/poll.ts';
import { readRoster } from './running/roster.ts';
import { sweep } from './running/sweep.ts';

const OWNER_MS = 20_000;

/**
 * Ends the network of a directory: asks its owner to, and ends whatever is left after that, or after a crash.
 *
 * @returns whether there was anything to end
 */
export async function takeDown(directory: string): Promise<boolean> {
  const roster = readRoster(directory);
  if (roster === undefined) return false;
  const { owner } = roster;
  if (isAlive(owner)) {
    process.kill(owner.pid, 'SIGTERM');
    const gone = (): true | undefined => (isAlive(owner) ? undefined : true);
    try {
      await poll(gone, { what: `pid ${owner.pid} to end its network`, timeoutMs: OWNER_MS });
    } catch {
      process.kill(owner.pid, 'SIGKILL');
    }
  }
  await sweep(directory);
  return true;
}
