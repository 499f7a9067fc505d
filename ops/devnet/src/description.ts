import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { profileSchema } from './profile.ts';

/** A file of the network; relative to the folder of `network.json` at rest, absolute once read. */
const file = z.string().min(1);
const port = z.int().min(1).max(65_535);
/** host:port */
const endpoint = z.string().regex(/^[^:]+:\d+$/);

const identitySchema = z.strictObject({ certFile: file, keyFile: file });

const ordererSchema = z.strictObject({
  name: z.string(),
  endpoint,
  operationsUrl: z.url(),
  tlsCaFile: file,
  hostAlias: z.string(),
});

const peerSchema = z.strictObject({
  name: z.string(),
  endpoint,
  operationsUrl: z.url(),
  tlsCaFile: file,
  /** The name in the peer's TLS certificate. */
  hostAlias: z.string(),
  /** PEM of the certificate whose key endorses. */
  peerIdentityFile: file,
});

const orgSchema = z.strictObject({
  name: z.enum(['custodian', 'registry', 'auditor']),
  mspId: z.string(),
  /** The first is whom the org's clients ask. */
  peers: z.tuple([peerSchema], peerSchema),
  users: z.strictObject({ user: identitySchema, admin: identitySchema }),
});

const accountSchema = z.strictObject({
  name: z.string(),
  address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  /** One line: 0x and 64 hex digits. Development only. */
  keyFile: file,
});

const runningSchema = z.strictObject({
  name: z.string(),
  pid: z.int().positive(),
  ports: z.array(port),
  logFile: file,
});

/** `network.json`: everything a client of a running network needs to know. */
export const descriptionSchema = z.strictObject({
  version: z.literal(1),
  profile: profileSchema,
  portOffset: z.int(),
  asset: z.strictObject({
    networkId: z.string(),
    channel: z.string(),
    chaincode: z.string(),
    orderers: z.array(ordererSchema).min(1),
    orgs: z.array(orgSchema).length(3),
  }),
  trading: z.strictObject({
    chainId: z.int().positive(),
    rpcUrl: z.url(),
    wsUrl: z.url(),
    /** Funded with test ether. */
    accounts: z.array(accountSchema),
  }),
  /** Ports kept free for relayer nodes. */
  relayers: z.array(z.strictObject({ libp2p: port, http: port })).min(3),
  processes: z.array(runningSchema),
});

export type Description = z.infer<typeof descriptionSchema>;

/** The name of the file inside a network's directory. */
export const DESCRIPTION_FILE = 'network.json';

/**
 * Reads a `network.json` and makes its file paths absolute.
 *
 * @throws if the file is missing or not a description
 */
export function readDescription(path: string): Description {
  const description = descriptionSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return mapFiles(description, (name) => resolve(dirname(path), name));
}

/** The description with every file path passed through `change`. */
export function mapFiles(description: Description, change: (file: string) => string): Description {
  const identity = (one: z.infer<typeof identitySchema>): z.infer<typeof identitySchema> => ({
    certFile: change(one.certFile),
    keyFile: change(one.keyFile),
  });
  return {
    ...description,
    asset: {
      ...description.asset,
      orderers: description.asset.orderers.map((orderer) => ({ ...orderer, tlsCaFile: change(orderer.tlsCaFile) })),
      orgs: description.asset.orgs.map((org) => ({
        ...org,
        peers: mapPeers(org.peers, change),
        users: { user: identity(org.users.user), admin: identity(org.users.admin) },
      })),
    },
    trading: {
      ...description.trading,
      accounts: description.trading.accounts.map((account) => ({ ...account, keyFile: change(account.keyFile) })),
    },
    processes: description.processes.map((running) => ({ ...running, logFile: change(running.logFile) })),
  };
}

type Peers = z.infer<typeof orgSchema>['peers'];

function mapPeers([first, ...rest]: Peers, change: (file: string) => string): Peers {
  const changed = (peer: Peers[number]): Peers[number] => ({
    ...peer,
    tlsCaFile: change(peer.tlsCaFile),
    peerIdentityFile: change(peer.peerIdentityFile),
  });
  return [changed(first), ...rest.map(changed)];
}
