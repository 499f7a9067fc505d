import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine } from './liveness.ts';

const LISTEN_STATE = '0A';

/** Who listens on a port, as `pid N (command)`; undefined if that cannot be told. */
export function portOwner(port: number): string | undefined {
  const pid = existsSync('/proc/net/tcp') ? fromProc(port) : fromLsof(port);
  return pid === undefined ? undefined : `pid ${pid} (${commandLine(pid) ?? 'unknown'})`;
}

function fromProc(port: number): number | undefined {
  const socket = listeningSocket(port);
  if (socket === undefined) return undefined;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const owner = pids.find((pid) => openFiles(join('/proc', pid, 'fd')).includes(`socket:[${socket}]`));
  return owner === undefined ? undefined : Number(owner);
}

/** The inode of the listening socket, from proc(5) net/tcp: `sl local_address rem_address st … inode`. */
function listeningSocket(port: number): string | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ['/proc/net/tcp', '/proc/net/tcp6']
    .filter(existsSync)
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  const fields = lines.map((line) => line.trim().split(/\s+/));
  return fields.find((line) => line[1]?.endsWith(suffix) === true && line[3] === LISTEN_STATE)?.[9];
}

function openFiles(directory: string): string[] {
  try {
    return readdirSync(directory).map((name) => readlinkSync(join(directory, name)));
  } catch {
    // The process is gone or not ours to look into.
    return [];
  }
}

function fromLsof(port: number): number | undefined {
  const answer = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' });
  const pid = Number(answer.stdout.trim().split('\n')[0]);
  return pid > 0 ? pid : undefined;
}
