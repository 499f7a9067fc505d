import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Whether this very process still runs: a process of another command has merely been given the same pid later. */
export function isAlive(one: { readonly pid: number; readonly command: string }): boolean {
  return commandLine(one.pid)?.includes(one.command) ?? false;
}

/** The command line of a process; undefined if there is none or only a zombie. */
export function commandLine(pid: number): string | undefined {
  const line = existsSync('/proc/self/stat') ? readProc(pid, 'cmdline') : ps(['-o', 'args=', '-p', String(pid)]);
  const words = line?.replaceAll('\0', ' ').trim();
  return words === '' ? undefined : words;
}

/** Whether a process group has members that are not zombies (a container's first process may never reap those). */
export function groupIsAlive(pgid: number): boolean {
  try {
    process.kill(-pgid, 0);
  } catch {
    return false;
  }
  return groups().some(([group, state]) => group === pgid && !state.startsWith('Z'));
}

/** Process group and state of every process. */
function groups(): (readonly [pgid: number, state: string])[] {
  if (!existsSync('/proc/self/stat')) {
    const lines = ps(['-axo', 'pgid=,stat=']).trim().split('\n');
    return lines.map((line) => line.trim().split(/\s+/)).map(([pgid, state]) => [Number(pgid), state ?? '']);
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      // proc(5): pid (command) state ppid pgrp; the command may hold spaces and brackets.
      const [state, , pgrp] = (readProc(Number(pid), 'stat') ?? '').replace(/^.*\) /s, '').split(' ');
      return state === undefined || pgrp === undefined ? [] : [[Number(pgrp), state] as const];
    });
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}

function ps(args: readonly string[]): string {
  return spawnSync('ps', args, { encoding: 'utf8' }).stdout;
}
