import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DESCRIPTION_FILE } from '../description.ts';
import { commandLine, groupIsAlive, isAlive } from './liveness.ts';
import { isFree } from './listening.ts';
import { poll } from './poll.ts';
import { readRoster, removeRoster } from './roster.ts';
import type { RosterEntry } from './roster.ts';

/** In the environment of every process of a network: its directory, by which one that no roster names is found. */
export const NETWORK_MARK = 'TWINSPAN_NETWORK';

const TERM_MS = 5_000;
const KILL_MS = 5_000;

/**
 * Ends every process in a directory's roster with all its descendants, waits until their ports are free and takes the
 * roster and the description away. Does not touch the owner.
 *
 * @param ownerPid if given, nothing happens unless the directory is still this owner's
 * @returns the names of what was still running
 */
export async function sweep(directory: string, ownerPid?: number): Promise<string[]> {
  const roster = readRoster(directory);
  if (roster === undefined) return [];
  if (ownerPid !== undefined && ownerPid !== roster.owner.pid) return [];
  const left = roster.entries.filter(isOurs);
  await Promise.all([...left, ...strays(directory, left)].map((entry) => endGroup(entry)));
  await Promise.all(roster.entries.flatMap((entry) => entry.ports).map(untilFree));
  // Two sweeps may race after a crash, and a new network may have claimed the directory after the faster one.
  if (readRoster(directory)?.since === roster.since) {
    rmSync(join(directory, DESCRIPTION_FILE), { force: true });
    removeRoster(directory);
  }
  return left.map((entry) => entry.name);
}

/** Processes of the network that its owner started and did not live to enter in the roster. Linux only. */
function strays(directory: string, known: readonly RosterEntry[]): { name: string; pid: number }[] {
  if (!existsSync('/proc/self/environ')) return [];
  const mark = `${NETWORK_MARK}=${directory}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && !known.some(({ pid }) => pid === Number(name)))
    .filter((name) => environmentOf(name).includes(mark))
    .map((name) => ({ name: `process ${name}`, pid: Number(name) }));
}

/** Empty for a process that is gone or not ours to look at. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** Asks a process group to end, and makes it. */
export async function endGroup(entry: { readonly name: string; readonly pid: number }): Promise<void> {
  const gone = (): true | undefined => (groupIsAlive(entry.pid) ? undefined : true);
  signalGroup(entry.pid, 'SIGTERM');
  // A stopped process does not see SIGTERM until it continues.
  signalGroup(entry.pid, 'SIGCONT');
  try {
    await poll(gone, { what: `${entry.name} to end`, timeoutMs: TERM_MS, everyMs: 50 });
  } catch {
    signalGroup(entry.pid, 'SIGKILL');
    await poll(gone, { what: `${entry.name} (pid ${entry.pid}) to be killed`, timeoutMs: KILL_MS, everyMs: 50 });
  }
}

/** Sends a signal to a process group, which may be gone. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pgid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Alive, or dead with descendants left in its group (a pid is not given away while a group has it). */
function isOurs(entry: RosterEntry): boolean {
  return isAlive(entry) || (commandLine(entry.pid) === undefined && groupIsAlive(entry.pid));
}

async function untilFree(port: number): Promise<void> {
  await poll(async () => ((await isFree(port)) ? true : undefined), {
    what: `port ${port} to become free`,
    timeoutMs: KILL_MS,
  });
}
