import { join } from 'node:path';
import type { NodeFiles } from '@twinspan/relayer';
import { REPOSITORY } from '../plan.ts';
import type { ChildPlan } from '../running/child.ts';
import { poll } from '../running/poll.ts';

const READY_MS = 60_000;

/** What a node runs. */
export const NODE_ENTRY = join(REPOSITORY, 'relayer/src/main.ts');

interface Place {
  readonly logDirectory: string;
  readonly ports: readonly number[];
}

/** One relayer node as a process of the network. @param entry the file that Node.js runs */
export function relayerChild(files: NodeFiles, entry: string, { logDirectory, ports }: Place): ChildPlan {
  const name = `relayer.${files.node}`;
  return {
    name,
    command: process.execPath,
    args: [...files.nodeFlags, entry, '--config', files.configFile],
    // A third of a node's start is the reading of its sources: a restart takes them as they were compiled.
    // One arena: memory that threads free goes back to all of them, and ten megabytes less are held.
    env: { NODE_COMPILE_CACHE: join(REPOSITORY, '.cache/node'), MALLOC_ARENA_MAX: '1' },
    cwd: REPOSITORY,
    logFile: join(logDirectory, `${name}.log`),
    ports,
    supervised: false,
    ready: (signal) =>
      poll(() => isReady(files.httpUrl), {
        what: `${name} to be ready`,
        timeoutMs: READY_MS,
        everyMs: 50,
        signal,
      }).then(() => undefined),
  };
}

async function isReady(httpUrl: string): Promise<true | undefined> {
  try {
    return (await fetch(`${httpUrl}/readyz`, { signal: AbortSignal.timeout(1_000) })).ok ? true : undefined;
  } catch {
    return undefined;
  }
}
