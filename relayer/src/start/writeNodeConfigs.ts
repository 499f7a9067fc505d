import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHex } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { z } from 'zod';
import { configSchema } from '../config.ts';
import { peerIdOf } from '../peers/network.ts';

/** The part of a network's description that nodes need; file paths are absolute. */
export interface NetworkDescription {
  readonly asset: {
    readonly channel: string;
    readonly chaincode: string;
    readonly orgs: readonly OrgDescription[];
  };
  readonly trading: {
    readonly rpcUrl: string;
    /** Has `carrier1`… and `attestor1`…, one of each per org. */
    readonly accounts: readonly { readonly name: string; readonly keyFile: string }[];
  };
  /** One per org, in the same order. */
  readonly relayers: readonly { readonly libp2p: number; readonly http: number }[];
}

interface OrgDescription {
  readonly name: string;
  readonly mspId: string;
  readonly peer: { readonly endpoint: string; readonly tlsCaFile: string; readonly hostAlias: string };
  readonly users: Readonly<Record<string, { readonly certFile: string; readonly keyFile: string }>>;
}

type ConfigInput = z.input<typeof configSchema>;

export interface NodeConfigOptions {
  /** Orgs whose clients share the private records, the custodian first. Default: custodian and registry. */
  readonly recordOrgs?: readonly string[];
  /** How the custodian's node starts its prover. */
  readonly prover: { readonly command: string; readonly args: readonly string[] };
  readonly finality?: ConfigInput['trading']['finality'];
  /** Laid over every node's configuration. */
  readonly overrides?: Partial<Pick<ConfigInput, 'mint' | 'back' | 'release' | 'log'>>;
}

export interface NodeFiles {
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
 * Writes one configuration per org into `directory`, with the peers' keys; what is there already is kept, so that nodes
 * keep their peer ids.
 */
export async function writeNodeConfigs(
  network: NetworkDescription,
  addressBookFile: string,
  directory: string,
  options: NodeConfigOptions,
): Promise<readonly NodeFiles[]> {
  mkdirSync(directory, { recursive: true });
  const peers = await Promise.all(
    network.asset.orgs.map((org, place) => peerOf(org, at(network.relayers, place).libp2p, directory)),
  );
  return network.asset.orgs.map((org, place) => {
    const config = configOf(network, place, { addressBookFile, directory, peers, options });
    const configFile = join(directory, `${org.name}.json`);
    writeFileSync(configFile, `${JSON.stringify(checked(config), undefined, 2)}\n`);
    const httpUrl = `http://${HOST}:${at(network.relayers, place).http}`;
    return { operator: org.name, configFile, httpUrl, nodeFlags: NODE_FLAGS };
  });
}

interface PeerFiles {
  readonly operator: string;
  readonly keyFile: string;
  readonly peerId: string;
  readonly address: string;
}

interface Around {
  readonly addressBookFile: string;
  readonly directory: string;
  readonly peers: readonly PeerFiles[];
  readonly options: NodeConfigOptions;
}

function configOf(network: NetworkDescription, place: number, around: Around): ConfigInput {
  const { asset, trading, relayers } = network;
  const { options, peers, directory } = around;
  const org = at(asset.orgs, place);
  const own = at(peers, place);
  const account = (kind: string): string => keyFileOf(trading.accounts, `${kind}${place + 1}`);
  const isCustodian = org.name === 'custodian';
  const { mint, ...overrides } = options.overrides ?? {};
  return {
    operator: org.name,
    directory: join(directory, `${org.name}.db`),
    asset: assetPart(network, org, options),
    trading: {
      rpcUrl: trading.rpcUrl,
      addressBookFile: around.addressBookFile,
      finality: options.finality ?? { depth: 2 },
    },
    carrier: { keyFile: account('carrier') },
    attestor: { keyFile: account('attestor') },
    ...(isCustodian ? { prover: { command: options.prover.command, args: [...options.prover.args] } } : {}),
    peers: {
      listen: own.address,
      keyFile: own.keyFile,
      allowed: peers
        .filter((peer) => peer !== own)
        .map(({ operator, peerId, address }) => ({ operator, peerId, address })),
    },
    http: { host: HOST, port: at(relayers, place).http },
    mint: { ...mint, ...(org.name === 'registry' ? { sealStopsAfterMs: SEAL_STOPS_AFTER_MS } : {}) },
    ...overrides,
  };
}

function assetPart(
  { asset }: NetworkDescription,
  org: OrgDescription,
  options: NodeConfigOptions,
): ConfigInput['asset'] {
  const { user } = org.users;
  if (user === undefined) throw new Error(`org ${org.name} has no client identity 'user'`);
  return {
    endpoint: org.peer.endpoint,
    tlsCaFile: org.peer.tlsCaFile,
    hostAlias: org.peer.hostAlias,
    mspId: org.mspId,
    certFile: user.certFile,
    keyFile: user.keyFile,
    channel: asset.channel,
    chaincode: asset.chaincode,
    recordOrgs: [...(options.recordOrgs ?? ['CustodianMSP', 'RegistryMSP'])],
  };
}

async function peerOf(org: OrgDescription, port: number, directory: string): Promise<PeerFiles> {
  const keyFile = join(directory, `${org.name}.peer.key`);
  if (!existsSync(keyFile)) {
    writeFileSync(keyFile, `0x${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
    chmodSync(keyFile, 0o600);
  }
  const peerId = await peerIdOf(seedIn(keyFile));
  return { operator: org.name, keyFile, peerId, address: `/ip4/${HOST}/tcp/${port}` };
}

function seedIn(keyFile: string): Hex {
  const text = readFileSync(keyFile, 'utf8').trim();
  if (!isHex(text, 32)) throw new Error(`${keyFile} does not hold 0x and 64 hex digits`);
  return text;
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
function checked(config: ConfigInput): ConfigInput {
  configSchema.parse(config);
  return config;
}
