import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attestorAddressOf } from '@twinspan/protocol';
import { readAddressBook } from '@twinspan/sdk';
import type { Role } from '../config/roles.ts';
import { configSchemaAt } from '../config/schema.ts';
import type { ConfigInput } from '../config/schema.ts';
import { readKey } from '../config/secrets.ts';
import { signAsNode, signAsOperator } from '../peers/card.ts';
import type { Card, CardDomain } from '../peers/card.ts';
import { CARD_ENDING } from '../peers/cards.ts';
import { peerIdOf } from '../peers/peerId.ts';
import { oneNodePerOrg } from './topology.ts';
import type { TopologyNode } from './topology.ts';

/** The part of a network's description that nodes need; file paths are absolute. */
export interface NetworkDescription {
  readonly asset: {
    readonly channel: string;
    readonly chaincode: string;
    readonly orgs: readonly OrgDescription[];
  };
  readonly trading: {
    readonly rpcUrl: string;
    readonly accounts: readonly { readonly name: string; readonly keyFile: string }[];
  };
  /** Ports, one pair per node and in the same order. */
  readonly relayers: readonly { readonly libp2p: number; readonly http: number }[];
}

interface OrgDescription {
  readonly name: string;
  readonly mspId: string;
  readonly peers: readonly { readonly endpoint: string; readonly tlsCaFile: string; readonly hostAlias: string }[];
  readonly users: Readonly<Record<string, { readonly certFile: string; readonly keyFile: string }>>;
}

export interface NodeConfigOptions {
  /** Default: one node per org that does everything. */
  readonly topology?: readonly TopologyNode[];
  /** Orgs whose clients share the private records, the custodian first. Default: custodian and registry. */
  readonly recordOrgs?: readonly string[];
  /** How a node with the role prover makes proofs. */
  readonly prover: NonNullable<ConfigInput['prover']>;
  readonly finality?: ConfigInput['trading']['finality'];
  /** Where a node connects instead of to this host:port, for a network whose links can be cut. Default: to it. */
  readonly route?: (node: string, endpoint: string) => string;
  /** Laid over every node's configuration. */
  readonly overrides?: Partial<Pick<ConfigInput, 'mint' | 'back' | 'release' | 'log'>>;
}

export interface NodeFiles {
  readonly node: string;
  readonly operator: string;
  readonly configFile: string;
  readonly httpUrl: string;
  /** For the Node that runs it: a node's work set is small, and a short leash on the young generation keeps its memory so. */
  readonly nodeFlags: readonly string[];
}

/** How long the registry's node leaves a stop to the custodian. */
const SEAL_STOPS_AFTER_MS = 5_000;
const HOST = '127.0.0.1';
const NODE_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=160', '--disable-warning=ExperimentalWarning'];

/**
 * Writes one configuration per node into `directory`, with the peers' keys and all cards; keys that are there already are
 * kept, so that nodes keep their peer ids.
 */
export async function writeNodeConfigs(
  network: NetworkDescription,
  addressBookFile: string,
  directory: string,
  options: NodeConfigOptions,
): Promise<readonly NodeFiles[]> {
  const topology = options.topology ?? oneNodePerOrg(network.asset.orgs);
  const { chainId, addresses } = readAddressBook(addressBookFile);
  const domain = { tradingChainId: BigInt(chainId), bridge: addresses.bridge };
  const around: Around = { network, addressBookFile, domain, directory, options, topology };
  rmSync(cardsRoot(directory), { recursive: true, force: true });
  return Promise.all(
    topology.map(async (node, place) => {
      const ports = at(network.relayers, place);
      await writeCards(node, around);
      const configFile = join(directory, `${node.node}.json`);
      const config = checked(configOf(node, ports, around), directory);
      writeFileSync(configFile, `${JSON.stringify(config, undefined, 2)}\n`);
      const httpUrl = `http://${HOST}:${ports.http}`;
      return { node: node.node, operator: node.operator, configFile, httpUrl, nodeFlags: NODE_FLAGS };
    }),
  );
}

interface Around {
  readonly network: NetworkDescription;
  readonly addressBookFile: string;
  readonly domain: CardDomain;
  readonly directory: string;
  readonly options: NodeConfigOptions;
  readonly topology: readonly TopologyNode[];
}

interface Ports {
  readonly libp2p: number;
  readonly http: number;
}

function configOf(node: TopologyNode, ports: Ports, around: Around): ConfigInput {
  const { network, directory, options } = around;
  const { mint, ...overrides } = options.overrides ?? {};
  const sealStops = node.org === 'registry' ? { sealStopsAfterMs: SEAL_STOPS_AFTER_MS } : {};
  return {
    node: node.node,
    operator: node.operator,
    directory: join(directory, `${node.node}.db`),
    trading: {
      endpoints: [{ url: routedUrl(network.trading.rpcUrl, node, options) }],
      addressBookFile: around.addressBookFile,
      finality: options.finality ?? { depth: 2 },
    },
    ...rolePartsOf(node, around),
    peers: {
      listen: listenOn(ports),
      keyFile: peerKeyFileOf(node, directory),
      cards: [cardsDirectory(node, around)],
    },
    http: { host: HOST, port: ports.http },
    admin: { socket: join(directory, `${node.node}.sock`) },
    mint: { ...mint, ...sealStops },
    ...overrides,
  };
}

function rolePartsOf(node: TopologyNode, { network, options }: Around): Pick<ConfigInput, Role> {
  const { roles, carriers = [] } = node;
  const { accounts } = network.trading;
  const has = (role: Role): boolean => roles.includes(role);
  return {
    ...(has('gateway') ? { gateway: gatewayPart(network, node, options) } : {}),
    ...(has('carrier') ? { carrier: { keyFiles: carriers.map((name) => keyFileOf(accounts, name)) } } : {}),
    ...(has('attestor') ? { attestor: { keyFile: keyFileOf(accounts, node.account) } } : {}),
    ...(has('prover') ? { prover: options.prover } : {}),
  };
}

function gatewayPart(
  { asset }: NetworkDescription,
  node: TopologyNode,
  options: NodeConfigOptions,
): NonNullable<ConfigInput['gateway']> {
  const org = asset.orgs.find(({ name }) => name === node.org);
  if (org?.users.user === undefined) throw new Error(`${node.node} has no org with a client identity 'user'`);
  const { certFile, keyFile } = org.users.user;
  return {
    mspId: org.mspId,
    certFile,
    keyFile,
    channel: asset.channel,
    chaincode: asset.chaincode,
    recordOrgs: [...(options.recordOrgs ?? ['CustodianMSP', 'RegistryMSP'])],
    peers: org.peers.map(({ endpoint, tlsCaFile, hostAlias }) => ({
      endpoint: routed(endpoint, node, options),
      tlsCaFile,
      hostAlias,
    })),
  };
}

/** The cards of all nodes as this one is to know them: with links of its own it reaches the others elsewhere. */
async function writeCards(reader: TopologyNode, around: Around): Promise<void> {
  const { options, topology } = around;
  const folder = cardsDirectory(reader, around);
  mkdirSync(folder, { recursive: true });
  const readable = options.route === undefined ? [reader] : topology;
  for (const node of readable) {
    const card = await cardOf(node, reader, around);
    writeFileSync(join(folder, `${node.node}${CARD_ENDING}`), `${JSON.stringify(card, undefined, 2)}\n`);
  }
}

/** Both signatures at once: whoever starts a network like this has all its keys. */
async function cardOf(node: TopologyNode, reader: TopologyNode, around: Around): Promise<Card> {
  const { network, domain, directory, options, topology } = around;
  const keyFile = peerKeyFileOf(node, directory);
  if (!existsSync(keyFile)) writeFileSync(keyFile, `0x${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  const seed = readKey(keyFile);
  const operatorKey = readKey(keyFileOf(network.trading.accounts, node.account));
  const { libp2p } = at(network.relayers, topology.indexOf(node));
  const [host = '', port] = routed(`${HOST}:${libp2p}`, reader, options).split(':');
  const introduction = {
    node: node.node,
    operator: node.operator,
    roles: [...node.roles],
    peerId: await peerIdOf(seed),
    evmAddress: attestorAddressOf(operatorKey),
    addresses: [`/ip4/${host}/tcp/${port}`],
  };
  return signAsOperator(await signAsNode(introduction, domain, seed), domain, operatorKey);
}

function cardsRoot(directory: string): string {
  return join(directory, 'cards');
}

function cardsDirectory({ node }: TopologyNode, { directory, options }: Around): string {
  return options.route === undefined ? cardsRoot(directory) : join(cardsRoot(directory), node);
}

function routed(endpoint: string, { node }: TopologyNode, { route }: NodeConfigOptions): string {
  return route?.(node, endpoint) ?? endpoint;
}

function routedUrl(url: string, node: TopologyNode, options: NodeConfigOptions): string {
  const { host } = new URL(url);
  return url.replace(host, routed(host, node, options));
}

function peerKeyFileOf({ node }: TopologyNode, directory: string): string {
  return join(directory, `${node}.peer.key`);
}

function listenOn({ libp2p }: Ports): string {
  return `/ip4/${HOST}/tcp/${libp2p}`;
}

function keyFileOf(accounts: NetworkDescription['trading']['accounts'], name: string): string {
  const account = accounts.find((one) => one.name === name);
  if (account === undefined) throw new Error(`the network has no account ${name}`);
  return account.keyFile;
}

function at<Item>(items: readonly Item[], place: number): Item {
  const item = items[place];
  if (item === undefined) throw new Error(`there is no item ${place} among ${items.length}`);
  return item;
}

/** The same configuration, known to be one that a node accepts. */
function checked(config: ConfigInput, directory: string): ConfigInput {
  configSchemaAt(directory).parse(config);
  return config;
}
