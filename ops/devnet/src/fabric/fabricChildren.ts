import { join } from 'node:path';
import { HOST, NETWORK_ID, REPOSITORY } from '../plan.ts';
import type { OrdererPlan, OrgPlan, PeerPlan, Plan } from '../plan.ts';
import type { ChildPlan } from '../running/child.ts';
import { isListening } from '../running/listening.ts';
import { poll } from '../running/poll.ts';
import { BUILDER_ENVIRONMENT } from './peerConfig.ts';
import type { PackageIds } from './generate.ts';

const READY_MS = 30_000;
/** At info, a peer logs every call. */
const LOG_LEVEL = 'warn';

export function ordererChild(plan: Plan, orderer: OrdererPlan, binaries: string): ChildPlan {
  const { listen, admin, operations } = orderer.ports;
  return {
    name: orderer.name,
    command: join(binaries, 'orderer'),
    args: ['start'],
    env: { FABRIC_CFG_PATH: orderer.dir, FABRIC_LOGGING_SPEC: LOG_LEVEL },
    cwd: orderer.dir,
    logFile: join(plan.logDir, `${orderer.name}.log`),
    ports: [listen, admin, operations],
    supervised: false,
    ready: (signal) => healthy(orderer.name, operations, [listen, admin], signal),
  };
}

export function peerChild(plan: Plan, org: OrgPlan, peer: PeerPlan, binaries: string): ChildPlan {
  const { listen, chaincodeListen, operations } = peer.ports;
  const { name, dir } = peer;
  return {
    name,
    command: join(binaries, 'peer'),
    args: ['node', 'start'],
    env: {
      FABRIC_CFG_PATH: dir,
      FABRIC_LOGGING_SPEC: LOG_LEVEL,
      [BUILDER_ENVIRONMENT.certificate]: join(peer.cryptoDir, 'tls', 'server.crt'),
      [BUILDER_ENVIRONMENT.key]: join(peer.cryptoDir, 'tls', 'server.key'),
      [BUILDER_ENVIRONMENT.authority]: org.tlsCaFile,
    },
    cwd: dir,
    logFile: join(plan.logDir, `${name}.log`),
    ports: [listen, chaincodeListen, operations],
    supervised: false,
    ready: (signal) => healthy(name, operations, [listen], signal),
  };
}

/** @param entry the chaincode's main file */
export function chaincodeChild(plan: Plan, org: OrgPlan, ids: PackageIds, entry: string): ChildPlan {
  const name = `chaincode.${org.name}`;
  const port = org.chaincodePort;
  const roles = plan.orgs.map((other) => [other.mspId, [other.name]]);
  return {
    name,
    command: process.execPath,
    args: [entry],
    env: {
      CHAINCODE_SERVER_ADDRESS: `${HOST}:${port}`,
      CHAINCODE_ID: ids.get(org.name) ?? '',
      CHAINCODE_TLS_CERT: join(org.chaincodeTlsDir, 'server.crt'),
      CHAINCODE_TLS_KEY: join(org.chaincodeTlsDir, 'server.key'),
      CHAINCODE_TLS_CLIENT_CA: org.tlsCaFile,
      CORE_PEER_LOCALMSPID: org.mspId,
      CORE_CHAINCODE_LOGGING_LEVEL: 'warning',
      CORE_CHAINCODE_LOGGING_SHIM: 'warning',
      TWINSPAN_NETWORK_ID: NETWORK_ID,
      TWINSPAN_ROLES: JSON.stringify(Object.fromEntries(roles)),
    },
    cwd: REPOSITORY,
    logFile: join(plan.logDir, `${name}.log`),
    ports: [port],
    supervised: true,
    ready: (signal) => listening(name, [port], signal),
  };
}

/** A node answers /healthz before its gRPC ports listen: both are awaited. */
async function healthy(what: string, operations: number, ports: readonly number[], signal: AbortSignal): Promise<void> {
  const url = `http://${HOST}:${operations}/healthz`;
  const ask = async (): Promise<true | undefined> => ((await fetch(url, { signal })).ok ? true : undefined);
  await poll(ask, { what: `${what} to be healthy`, timeoutMs: READY_MS, signal });
  await listening(what, ports, signal);
}

async function listening(what: string, ports: readonly number[], signal: AbortSignal): Promise<void> {
  for (const port of ports) {
    const ask = async (): Promise<true | undefined> => ((await isListening(port)) ? true : undefined);
    await poll(ask, { what: `${what} to listen on ${port}`, timeoutMs: READY_MS, signal });
  }
}
