import { join } from 'node:path';
import { writeNodeConfigs } from '@twinspan/relayer';
import type { NodeConfigOptions } from '@twinspan/relayer';
import { DESCRIPTION_FILE } from '../description.ts';
import { startNetwork } from '../network.ts';
import type { Network, NetworkOptions } from '../network.ts';
import { REPOSITORY } from '../plan.ts';
import type { Child } from '../running/child.ts';
import { approveAttestors, deployContracts } from './deployment.ts';
import type { DeploymentOptions } from './deployment.ts';
import { relayerChild } from './relayerChild.ts';

export interface BridgeOptions extends NetworkOptions, DeploymentOptions {
  /** Which nodes there are, and what is laid over their configurations. */
  readonly nodes?: Pick<NodeConfigOptions, 'finality' | 'overrides' | 'topology'>;
}

/** A relayer node of a running bridge. */
export interface BridgeNode {
  readonly node: string;
  readonly operator: string;
  /** Serves /metrics, /healthz, /readyz, /v1/… */
  readonly httpUrl: string;
  readonly child: Child;
}

/** Both chains with the contracts deployed, the attestors in force and one relayer node for each org. */
export interface RunningBridge extends AsyncDisposable {
  readonly network: Network;
  /** The network's description; the address book lies beside it. */
  readonly file: string;
  readonly nodes: readonly BridgeNode[];
  /** Seconds that each part of the bring-up took. */
  readonly seconds: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** Brings up the whole bridge. @throws as {@link startNetwork}; nothing is left running then */
export async function startBridge(options: BridgeOptions = {}): Promise<RunningBridge> {
  const network = await startNetwork(options);
  try {
    const addressBookFile = await network.measure('contracts', () => deployContracts(network, options));
    await network.measure('attestors', () => approveAttestors(network));
    const nodes = await network.measure('relayer nodes', () => startNodes(network, addressBookFile, options));
    return {
      network,
      file: join(network.directory, DESCRIPTION_FILE),
      nodes,
      seconds: network.seconds,
      stop: () => network.stop(),
      [Symbol.asyncDispose]: () => network.stop(),
    };
  } catch (error) {
    await network.stop();
    throw error;
  }
}

async function startNodes(network: Network, addressBookFile: string, options: BridgeOptions): Promise<BridgeNode[]> {
  const { description, directory } = network;
  const prover = {
    command: process.execPath,
    args: [
      join(REPOSITORY, 'circuits/prover/src/main.ts'),
      ...['--keys', join(REPOSITORY, '.cache/circuits'), '--development'],
      ...['--native', join(REPOSITORY, '.cache/circuits/native-prover/native-prover')],
    ],
  };
  const configs = await writeNodeConfigs(description, addressBookFile, join(directory, 'nodes'), {
    prover,
    ...options.nodes,
  });
  return Promise.all(
    configs.map(async (files, place): Promise<BridgeNode> => {
      const ports = Object.values(description.relayers[place] ?? {});
      const child = await network.run(relayerChild(files, join(directory, 'logs'), ports));
      return { node: files.node, operator: files.operator, httpUrl: files.httpUrl, child };
    }),
  );
}
