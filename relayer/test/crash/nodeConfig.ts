import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hex } from '@twinspan/protocol';
import type { Role } from '../../src/config/roles.ts';
import { configSchemaAt } from '../../src/config/schema.ts';
import type { Config } from '../../src/config/schema.ts';
import { cardKeys, cardOf } from '../fakes/cards.ts';
import type { Card, CardDomain } from '../../src/peers/card.ts';

/** Every role is there alone or beside others; two nodes carry, two attest. */
const ROLES_OF = {
  custodian: ['gateway', 'prover'],
  auditor: ['gateway', 'carrier', 'attestor'],
  carrier: ['carrier', 'attestor'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type NodeName = keyof typeof ROLES_OF;
export const NODES = ['custodian', 'auditor', 'carrier'] as const satisfies readonly NodeName[];
export const ATTESTORS = NODES.filter((node) => rolesOf(node).includes('attestor'));

const MSPS: Readonly<Record<NodeName, string>> = { custodian: 'CustodianMSP', auditor: 'AuditorMSP', carrier: '' };

function rolesOf(node: NodeName): readonly Role[] {
  return ROLES_OF[node];
}

export function attestorKeyOf(node: NodeName): Hex {
  return cardKeys(NODES.indexOf(node) + 1).operatorKey;
}

/** Not checked: a test keeps less than an operator may. */
export type NodeOverrides = Partial<Pick<Config, 'retention'>>;

export function configOf(node: NodeName, directory: string, overrides: NodeOverrides): Config {
  mkdirSync(directory, { recursive: true });
  const keyFile = join(directory, 'evm.key');
  writeFileSync(keyFile, `${attestorKeyOf(node)}\n`, { mode: 0o600 });
  const parts: Readonly<Record<Role, object>> = {
    gateway: gatewayOf(node),
    carrier: { keyFiles: [keyFile], maxFeePerGas: '1000' },
    attestor: { keyFile },
    prover: { command: 'none', args: [] },
  };
  const config = configSchemaAt(directory).parse({
    node,
    operator: node,
    directory: 'store',
    trading: { endpoints: [{ url: 'http://127.0.0.1:1' }], addressBookFile: 'none', finality: { depth: 1 } },
    ...Object.fromEntries(rolesOf(node).map((role) => [role, parts[role]])),
    peers: { listen: '/ip4/127.0.0.1/tcp/1', keyFile: 'none', cards: ['none'] },
    http: { port: 0 },
    mint: { gatherMs: 1_000 },
  });
  return { ...config, ...overrides };
}

function gatewayOf(node: NodeName): object {
  return {
    mspId: MSPS[node],
    certFile: 'none',
    keyFile: 'none',
    channel: 'rights',
    chaincode: 'rights',
    recordOrgs: ['CustodianMSP'],
    peers: [{ endpoint: 'none', tlsCaFile: 'none' }],
  };
}

export function cardsOf(domain: CardDomain): Promise<Card[]> {
  return Promise.all(
    NODES.map((node, place) => cardOf({ node, roles: [...rolesOf(node)] }, domain, cardKeys(place + 1))),
  );
}
