import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from './readJsonFile.ts';

const identitySchema = z.object({ certFile: z.string(), keyFile: z.string() });

const peerSchema = z.object({
  endpoint: z.string(),
  tlsCaFile: z.string(),
  hostAlias: z.string(),
  peerIdentityFile: z.string(),
});

const orgSchema = z.object({
  name: z.string(),
  mspId: z.string(),
  peers: z.tuple([peerSchema], peerSchema),
  users: z.record(z.string(), identitySchema),
});

/** Of a network's `network.json`, what a client needs. Files are relative to it. */
const descriptionSchema = z.object({
  version: z.literal(1),
  asset: z.object({
    networkId: z.string(),
    channel: z.string(),
    chaincode: z.string(),
    orgs: z.array(orgSchema).min(1),
  }),
  trading: z.object({
    chainId: z.int().positive(),
    rpcUrl: z.url(),
    accounts: z.array(z.object({ name: z.string(), address: z.string(), keyFile: z.string() })),
  }),
});

export type NetworkDescription = z.infer<typeof descriptionSchema>;
export type OrgDescription = NetworkDescription['asset']['orgs'][number];

/** File paths come back absolute. @throws Fault CONFIG_BAD */
export function readNetworkDescription(file: string): NetworkDescription {
  const description = readJsonFile(file, descriptionSchema);
  const absolute = (name: string): string => resolve(dirname(file), name);
  return {
    ...description,
    asset: { ...description.asset, orgs: description.asset.orgs.map((org) => withFiles(org, absolute)) },
    trading: {
      ...description.trading,
      accounts: description.trading.accounts.map((account) => ({ ...account, keyFile: absolute(account.keyFile) })),
    },
  };
}

function withFiles(org: OrgDescription, absolute: (name: string) => string): OrgDescription {
  const users = Object.entries(org.users).map(([name, { certFile, keyFile }]) => [
    name,
    { certFile: absolute(certFile), keyFile: absolute(keyFile) },
  ]);
  const [first, ...rest] = org.peers;
  const peer = (one: typeof first): typeof first => ({
    ...one,
    tlsCaFile: absolute(one.tlsCaFile),
    peerIdentityFile: absolute(one.peerIdentityFile),
  });
  return {
    ...org,
    peers: [peer(first), ...rest.map(peer)],
    users: z.record(z.string(), identitySchema).parse(Object.fromEntries(users)),
  };
}
