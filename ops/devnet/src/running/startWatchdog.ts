import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts the process that ends the network should this one die; resolves to a function that dismisses it. */
export function startWatchdog(directory: string): () => Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'watchdog.ts'), directory, String(process.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  return async () => {
    const exit = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve([]);
    child.ref();
    child.stdin.end();
    await exit;
  };
}
