import { renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DESCRIPTION_FILE, descriptionSchema, mapFiles } from './description.ts';
import type { Description } from './description.ts';
import type { Account } from './evm/accounts.ts';
import { evmAddress } from './evm/evmChild.ts';
import { CHAINCODE, CHANNEL, HOST, NETWORK_ID, at } from './plan.ts';
import type { OrgPlan, PeerPlan, Plan } from './plan.ts';
import type { Child } from './running/child.ts';

/** The description of a network, with absolute paths. */
export function describe(plan: Plan, accounts: readonly Account[], children: readonly Child[]): Description {
  return {
    version: 1,
    profile: plan.profile,
    portOffset: plan.portOffset,
    asset: {
      networkId: NETWORK_ID,
      channel: CHANNEL,
      chaincode: CHAINCODE,
      orderers: plan.orderers.map(({ name, host, ports }) => ({
        name,
        endpoint: `${HOST}:${ports.listen}`,
        operationsUrl: `http://${HOST}:${ports.operations}`,
        tlsCaFile: plan.ordererOrg.tlsCaFile,
        hostAlias: host,
      })),
      orgs: plan.orgs.map(describeOrg),
    },
    trading: { ...evmAddress(plan), accounts: [...accounts] },
    relayers: [...plan.ports.relayers],
    processes: children.flatMap(({ name, pid, plan: { ports, logFile } }) =>
      pid === undefined ? [] : [{ name, pid, ports: [...ports], logFile }],
    ),
  };
}

/** Writes `network.json` in one step, with paths relative to it. */
export function writeDescription(plan: Plan, description: Description): void {
  const file = join(plan.directory, DESCRIPTION_FILE);
  const portable = descriptionSchema.parse(mapFiles(description, (name) => relative(plan.directory, name)));
  writeFileSync(`${file}.new`, `${JSON.stringify(portable, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

type DescribedOrg = Description['asset']['orgs'][number];

function describeOrg(org: OrgPlan): DescribedOrg {
  return {
    name: org.name,
    mspId: org.mspId,
    peers: [describePeer(org, at(org.peers, 0)), ...org.peers.slice(1).map((peer) => describePeer(org, peer))],
    users: { user: identity(org, 'User1'), admin: identity(org, 'Admin') },
  };
}

function describePeer(org: OrgPlan, { name, host, ports, cryptoDir }: PeerPlan): DescribedOrg['peers'][number] {
  return {
    name,
    endpoint: `${HOST}:${ports.listen}`,
    operationsUrl: `http://${HOST}:${ports.operations}`,
    tlsCaFile: org.tlsCaFile,
    hostAlias: host,
    peerIdentityFile: join(cryptoDir, 'msp', 'signcerts', `${host}-cert.pem`),
  };
}

function identity(org: OrgPlan, user: string): { certFile: string; keyFile: string } {
  const name = `${user}@${org.domain}`;
  const msp = join(org.cryptoDir, 'users', name, 'msp');
  return { certFile: join(msp, 'signcerts', `${name}-cert.pem`), keyFile: join(msp, 'keystore', 'priv_sk') };
}
