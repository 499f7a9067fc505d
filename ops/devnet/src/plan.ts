import { join, resolve } from 'node:path';
import type { OrdererPorts, OrgPorts, PeerPorts, Ports } from './ports.ts';
import { portsAt } from './ports.ts';
import type { Profile } from './profile.ts';

/** The top of the repository. */
export const REPOSITORY = resolve(import.meta.dirname, '../../..');
/** Where `up` puts its network unless told otherwise. */
export const DEFAULT_DIRECTORY = join(REPOSITORY, '.devnet');

export const NETWORK_ID = 'twinspan-devnet';
export const CHANNEL = 'assets';
export const CHAINCODE = 'rights';
export const HOST = '127.0.0.1';

const ORGS = [
  { name: 'custodian', mspId: 'CustodianMSP' },
  { name: 'registry', mspId: 'RegistryMSP' },
  { name: 'auditor', mspId: 'AuditorMSP' },
] as const;
const ORDERER_DOMAIN = 'orderer.twinspan.test';

/** One peer organisation: its peers and a chaincode server. */
export interface OrgPlan {
  readonly name: 'custodian' | 'registry' | 'auditor';
  readonly mspId: string;
  readonly domain: string;
  /** The org's crypto material. */
  readonly cryptoDir: string;
  readonly peers: readonly PeerPlan[];
  readonly chaincodeHost: string;
  readonly chaincodePort: number;
  readonly chaincodeTlsDir: string;
  readonly tlsCaFile: string;
  readonly packageFile: string;
}

export interface PeerPlan {
  readonly name: string;
  readonly host: string;
  readonly ports: PeerPorts;
  readonly cryptoDir: string;
  /** Configuration and ledger. */
  readonly dir: string;
}

export interface OrdererPlan {
  readonly name: string;
  readonly host: string;
  /** Identity in the consensus protocol, from 1. */
  readonly id: number;
  readonly ports: OrdererPorts;
  readonly cryptoDir: string;
  readonly dir: string;
}

/** Names, ports and paths of one network: everything that is known before anything is started. */
export interface Plan {
  readonly directory: string;
  readonly profile: Profile;
  readonly portOffset: number;
  readonly ports: Ports;
  readonly fabricDir: string;
  readonly cryptoDir: string;
  readonly logDir: string;
  readonly keyDir: string;
  readonly evmDir: string;
  readonly genesisFile: string;
  readonly ordererOrg: {
    readonly mspId: string;
    readonly domain: string;
    readonly cryptoDir: string;
    readonly tlsCaFile: string;
    readonly adminTlsDir: string;
  };
  readonly orderers: readonly OrdererPlan[];
  readonly orgs: readonly OrgPlan[];
}

/** Lays out a network under `directory` (absolute). */
export function planNetwork(directory: string, profile: Profile, portOffset: number): Plan {
  const ports = portsAt(portOffset);
  const fabricDir = join(directory, 'fabric');
  const cryptoDir = join(fabricDir, 'crypto');
  const ordererCrypto = join(cryptoDir, 'ordererOrganizations', ORDERER_DOMAIN);
  return {
    directory,
    profile,
    portOffset,
    ports,
    fabricDir,
    cryptoDir,
    logDir: join(directory, 'logs'),
    keyDir: join(directory, 'keys'),
    evmDir: join(directory, 'evm'),
    genesisFile: join(fabricDir, 'genesis.block'),
    ordererOrg: {
      mspId: 'OrdererMSP',
      domain: ORDERER_DOMAIN,
      cryptoDir: ordererCrypto,
      tlsCaFile: join(ordererCrypto, 'tlsca', `tlsca.${ORDERER_DOMAIN}-cert.pem`),
      adminTlsDir: join(ordererCrypto, 'users', `Admin@${ORDERER_DOMAIN}`, 'tls'),
    },
    orderers: planOrderers(ports.orderers.slice(0, profile.orderers === 'smartbft' ? 4 : 1), fabricDir, ordererCrypto),
    orgs: ORGS.map((org, place) => planOrg(org, at(ports.orgs, place), profile, { fabricDir, cryptoDir })),
  };
}

function planOrderers(ports: readonly OrdererPorts[], fabricDir: string, cryptoDir: string): OrdererPlan[] {
  return ports.map((own, place) => {
    const name = `orderer${place}`;
    const host = `${name}.${ORDERER_DOMAIN}`;
    return {
      name,
      host,
      id: place + 1,
      ports: own,
      cryptoDir: join(cryptoDir, 'orderers', host),
      dir: join(fabricDir, 'nodes', name),
    };
  });
}

type Folders = Pick<Plan, 'fabricDir' | 'cryptoDir'>;

function planOrg(org: (typeof ORGS)[number], ports: OrgPorts, profile: Profile, folders: Folders): OrgPlan {
  const { fabricDir } = folders;
  const domain = `${org.name}.twinspan.test`;
  const orgCrypto = join(folders.cryptoDir, 'peerOrganizations', domain);
  const chaincodeHost = `chaincode0.${domain}`;
  return {
    ...org,
    domain,
    cryptoDir: orgCrypto,
    peers: ports.peers.slice(0, profile.peers).map((own, place) => {
      const host = `peer${place}.${domain}`;
      const name = `peer${place}.${org.name}`;
      const dir = join(fabricDir, 'nodes', name);
      return { name, host, ports: own, cryptoDir: join(orgCrypto, 'peers', host), dir };
    }),
    chaincodeHost,
    chaincodePort: ports.chaincodeServer,
    chaincodeTlsDir: join(orgCrypto, 'peers', chaincodeHost, 'tls'),
    tlsCaFile: join(orgCrypto, 'tlsca', `tlsca.${domain}-cert.pem`),
    packageFile: join(fabricDir, 'packages', `${CHAINCODE}.${org.name}.tar.gz`),
  };
}

/** The element at `place`. Throws if there is none. */
export function at<Item>(list: readonly Item[], place: number): Item {
  const item = list[place];
  if (item === undefined) throw new RangeError(`no element ${place} in a list of ${list.length}`);
  return item;
}
