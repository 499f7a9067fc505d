import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Roster } from './roster.ts';
import { signalGroup } from './sweep.ts';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Receives each line of standard error as it comes. */
  readonly onLine?: (line: string) => void;
  /** For a program that takes long: where it is entered while it runs, so that it does not outlive a crash. */
  readonly roster?: Roster;
}

/**
 * Runs a short-lived program, in a process group of its own, to its end or until the signal aborts.
 *
 * @returns its standard output
 * @throws Error with what it wrote to standard error, if it fails
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { signal, roster } = options;
  signal?.throwIfAborted();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  const abort = (): void => {
    if (pid !== undefined) signalGroup(pid, 'SIGKILL');
  };
  signal?.addEventListener('abort', abort, { once: true });
  if (pid !== undefined) roster?.enter({ name: command, pid, command, ports: [] });
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    errors.push(line);
    options.onLine?.(line);
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  roster?.leave(command);
  signal?.removeEventListener('abort', abort);
  signal?.throwIfAborted();
  if (child.exitCode === 0) return output;
  throw new Error(failure(child, [...errors.slice(-8), output.trim()]));
}

function failure(child: ChildProcess, said: readonly string[]): string {
  const end = child.exitCode ?? child.signalCode ?? 'unknown';
  return `${child.spawnargs.join(' ')} failed (${end}):\n  ${said.filter((line) => line !== '').join('\n  ')}`;
}
