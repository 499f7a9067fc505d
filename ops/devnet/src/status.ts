import { join } from 'node:path';
import { DESCRIPTION_FILE, readDescription } from './description.ts';
import type { Description } from './description.ts';
import { blockNumber } from './evm/rpc.ts';
import { isListening } from './running/listening.ts';
import { isAlive } from './running/liveness.ts';
import { readRoster } from './running/roster.ts';
import type { RosterContent } from './running/roster.ts';

interface ProcessStatus {
  readonly name: string;
  /** Undefined if it does not run. */
  readonly pid: number | undefined;
  readonly ports: readonly number[];
  /** Runs, and answers on every port. */
  readonly healthy: boolean;
  /** Blocks it has, where it has a chain. */
  readonly height: number | undefined;
}

export interface NetworkStatus {
  /** `up`: described and owned; `starting`: owned, not described yet; `crashed`: the owner is gone; `down`: nothing there. */
  readonly state: 'up' | 'starting' | 'crashed' | 'down';
  readonly processes: readonly ProcessStatus[];
}

/** Looks at the network of a directory: each process, its ports and its height. */
export async function networkStatus(directory: string): Promise<NetworkStatus> {
  const roster = readRoster(directory);
  if (roster === undefined) return { state: 'down', processes: [] };
  const description = tryReadDescription(directory);
  const processes = await Promise.all(
    roster.entries.map(async (entry): Promise<ProcessStatus> => {
      const alive = isAlive(entry);
      const answers = await Promise.all(entry.ports.map(isListening));
      const height = alive && description !== undefined ? await readHeight(entry.name, description) : undefined;
      const { name, pid, ports } = entry;
      return { name, pid: alive ? pid : undefined, ports, healthy: alive && answers.every(Boolean), height };
    }),
  );
  return { state: stateOf(roster, description), processes };
}

function stateOf(roster: RosterContent, description: Description | undefined): NetworkStatus['state'] {
  if (!isAlive(roster.owner)) return 'crashed';
  return description === undefined ? 'starting' : 'up';
}

function tryReadDescription(directory: string): Description | undefined {
  try {
    return readDescription(join(directory, DESCRIPTION_FILE));
  } catch {
    return undefined;
  }
}

/** Blocks in the process's chain; undefined if it has none or does not answer. */
async function readHeight(name: string, description: Description): Promise<number | undefined> {
  const { asset, trading, profile } = description;
  const peer = asset.orgs.flatMap(({ peers }) => peers).find((one) => one.name === name);
  const orderer = asset.orderers.find((one) => one.name === name);
  try {
    if (name === profile.evm) return (await blockNumber(trading.rpcUrl)) + 1;
    if (peer !== undefined) return await metric(peer.operationsUrl, /^ledger_blockchain_height\{[^}]*\} (\S+)$/m, 0);
    if (orderer !== undefined) {
      return await metric(orderer.operationsUrl, /^consensus_\w+_committed_block_number\{[^}]*\} (\S+)$/m, 1);
    }
  } catch {
    // Not answering: its health says so.
  }
  return undefined;
}

async function metric(operationsUrl: string, pattern: RegExp, plus: number): Promise<number | undefined> {
  const text = await (await fetch(`${operationsUrl}/metrics`)).text();
  const value = pattern.exec(text)?.[1];
  return value === undefined ? undefined : Number(value) + plus;
}
