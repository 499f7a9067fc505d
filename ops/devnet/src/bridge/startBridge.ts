import { join } from 'node:path';
import { oneNodePerOrg, writeNodeConfigs } from '@twinspan/relayer';
import type { NodeConfigOptions, NodeFiles, TopologyNode } from '@twinspan/relayer';
import { DESCRIPTION_FILE } from '../description.ts';
import { Links } from '../links/links.ts';
import { startNetwork } from '../network.ts';
import type { Network, NetworkOptions } from '../network.ts';
import { HOST } from '../plan.ts';
import { proverProgram } from '../proofs/proofWorker.ts';
import type { Child } from '../running/child.ts';
import { approveAttestors, deployContracts } from './deployment.ts';
import type { DeploymentOptions } from './deployment.ts';
import { NODE_ENTRY, relayerChild } from './relayerChild.ts';

export interface BridgeOptions extends NetworkOptions, DeploymentOptions {
  /** Which nodes there are, and what is laid over their configurations. */
  readonly nodes?: Partial<Pick<NodeConfigOptions, 'prover' | 'finality' | 'overrides'>> & {
    readonly topology?: Topology;
    /** The file that Node.js runs as each node, told `--config <file>`. Default: the node's own. */
    readonly entry?: string;
  };
  /** Whether each node reaches the others, its peer and the trading chain by links that can be cut. Default: no. */
  readonly links?: boolean;
}

/** The nodes, or how to lay them out over the orgs. */
export type Topology =
  readonly TopologyNode[] | ((orgs: readonly { readonly name: string }[]) => readonly TopologyNode[]);

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
  /** Between the names of nodes, of peers such as `peer0.custodian`, and `trading`. Only when asked for. */
  readonly links: Links | undefined;
  /** Seconds that each part of the bring-up took. */
  readonly seconds: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** Brings up the whole bridge. @throws as {@link startNetwork}; nothing is left running then */
export async function startBridge(options: BridgeOptions = {}): Promise<RunningBridge> {
  const ends = new AsyncDisposableStack();
  try {
    const network = ends.use(await startNetwork(options));
    const addressBookFile = await network.measure('contracts', () => deployContracts(network, options));
    await network.measure('attestors', () => approveAttestors(network));
    const topology = topologyOf(network, options);
    const links = options.links === true ? await openLinks(network, topology) : undefined;
    ends.defer(() => links?.close());
    const configs = await writeNodeConfigs(network.description, addressBookFile, join(network.directory, 'nodes'), {
      prover: proverProgram(),
      ...options.nodes,
      topology,
      ...(links === undefined ? {} : { route: (node: string, endpoint: string) => links.route(node, endpoint) }),
    });
    const nodes = await network.measure('relayer nodes', () => startNodes(network, configs, options.nodes?.entry));
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopped ??= ends.disposeAsync());
    return {
      network,
      file: join(network.directory, DESCRIPTION_FILE),
      nodes,
      links,
      seconds: network.seconds,
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await ends.disposeAsync();
    throw error;
  }
}

function topologyOf({ description }: Network, { nodes }: BridgeOptions): readonly TopologyNode[] {
  const topology = nodes?.topology ?? oneNodePerOrg;
  return typeof topology === 'function' ? topology(description.asset.orgs) : topology;
}

function openLinks({ description }: Network, topology: readonly TopologyNode[]): Promise<Links> {
  const { asset, trading, relayers } = description;
  const nodes = topology.map(({ node }) => node);
  return Links.open(nodes, [
    ...nodes.map((name, place) => ({ name, endpoint: `${HOST}:${relayers[place]?.libp2p ?? 0}` })),
    ...asset.orgs.flatMap(({ peers }) => peers.map(({ name, endpoint }) => ({ name, endpoint }))),
    { name: 'trading', endpoint: new URL(trading.rpcUrl).host },
  ]);
}

function startNodes(network: Network, configs: readonly NodeFiles[], entry = NODE_ENTRY): Promise<BridgeNode[]> {
  const { description, directory } = network;
  return Promise.all(
    configs.map(async (files, place): Promise<BridgeNode> => {
      const ports = Object.values(description.relayers[place] ?? {});
      const child = await network.run(relayerChild(files, entry, { logDirectory: join(directory, 'logs'), ports }));
      return { node: files.node, operator: files.operator, httpUrl: files.httpUrl, child };
    }),
  );
}
