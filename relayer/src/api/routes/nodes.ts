import { z } from 'zod';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { decimal, hex, time } from '../fields.ts';
import { EXPENSIVE } from '../limits.ts';
import type { ApiModules } from '../modules.ts';
import { attestorStandings } from '../views/attestorStandings.ts';

const peer = z.object({
  node: z.string(),
  operator: z.string(),
  roles: z.array(z.string()),
  peerId: z.string(),
  isConnected: z.boolean(),
  connectedSinceMs: time.optional(),
  lastSeenMs: time.optional(),
  score: z.number().describe("gossipsub's, offences included"),
  offences: z.number(),
  shutOutUntilMs: z.number().describe('while in the future it cannot connect'),
  items: z.object({ accept: z.int(), ignore: z.int(), reject: z.int() }).describe('what it sent, by verdict'),
});

const attestor = z.object({
  operator: z.string().optional().describe('absent for a signer without a card'),
  address: z.string(),
  nodes: z.array(z.string()),
  attestations: z.int().describe('kept here'),
  lastBlock: decimal.optional().describe('newest block that it is seen to have signed'),
  lastSeenMs: time.optional(),
  contradictions: z.int().describe('blocks with two checkpoints of it: see /v1/evidence'),
});

const statement = z.object({ blockHash: hex, stateRoot: hex, signature: hex, seenMs: time, from: z.string() });

const evidence = z.object({
  attestor: hex,
  operator: z.string().optional(),
  block: decimal,
  statements: z.array(statement).describe('two checkpoints of one block by one attestor; both signatures verify'),
});

/** The other nodes, as this one sees them. */
export function nodeRoutes(app: App, modules: ApiModules): void {
  app.get(
    '/v1/peers',
    {
      schema: {
        tags: ['nodes'],
        summary: 'the other nodes, whether they are connected, and how they behave',
        response: { 200: z.object({ peers: z.array(peer) }), ...refusals },
      },
    },
    () => ({
      peers: modules.peers().map(({ roles, items, ...facts }) => ({
        ...facts,
        roles: [...roles],
        items: { ...items },
        isConnected: facts.connectedSinceMs !== undefined,
      })),
    }),
  );
}

/** What attestors signed, and what they should not have. */
export function attestorRoutes(app: App, modules: ApiModules): void {
  app.get(
    '/v1/attestors',
    {
      schema: {
        tags: ['nodes'],
        summary: 'what each operator signed, as seen by this node',
        response: { 200: z.object({ attestors: z.array(attestor) }), ...refusals },
      },
      config: EXPENSIVE,
    },
    async () => ({ attestors: await attestorStandings(modules) }),
  );

  app.get(
    '/v1/evidence',
    {
      schema: {
        tags: ['nodes'],
        summary: 'attestors that vouched for two checkpoints of one block',
        response: { 200: z.object({ evidence: z.array(evidence) }), ...refusals },
      },
      config: EXPENSIVE,
    },
    async () => ({ evidence: await evidenceOf(modules) }),
  );
}

async function evidenceOf({ tables, cards }: ApiModules): Promise<z.output<typeof evidence>[]> {
  const all: z.output<typeof evidence>[] = [];
  for await (const [, { attestor, blockNumber: block, statements }] of tables.evidence.entries()) {
    all.push({
      attestor,
      operator: cards.find(({ evmAddress }) => evmAddress === attestor)?.operator,
      block,
      statements: statements.map(({ seen, ...statement }) => ({ ...statement, seenMs: seen.atMs, from: seen.from })),
    });
  }
  return all;
}
