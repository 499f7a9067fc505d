import { z } from 'zod';
import { ROLES } from '../../config/roles.ts';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { decimal, MOST_ROWS, parked, time } from '../fields.ts';
import type { ApiModules } from '../modules.ts';

const answer = z.object({
  node: z.string(),
  operator: z.string(),
  roles: z.array(z.enum(ROLES)),
  nowMs: time,
  startedAtMs: time,
  waitingFor: z.array(z.string()).describe('what is not ready yet; empty when the node serves'),
  tradingChain: z.object({ applied: decimal, final: decimal }),
  assetChain: z.object({ applied: decimal }).optional(),
  lanes: z.object({ count: z.int(), undelivered: z.int(), paused: z.array(decimal) }),
  peers: z.object({ connected: z.int(), known: z.int() }),
  queues: z.object({ waiting: z.int(), parked: z.int(), oldestSeconds: z.number() }),
  parked: z.array(parked.extend({ queue: z.string(), id: z.string() })).describe(`at most ${MOST_ROWS}`),
  supply: z
    .object({ atMs: time, agree: z.boolean() })
    .optional()
    .describe('of the last comparison; absent before the first'),
});

type Answer = z.output<typeof answer>;

export function statusRoutes(app: App, modules: ApiModules): void {
  const startedAtMs = modules.clock();
  app.get(
    '/v1/status',
    {
      schema: {
        tags: ['node'],
        summary: 'where this node stands and what waits',
        response: { 200: answer, ...refusals },
      },
    },
    async () => ({ ...(await statusOf(modules)), startedAtMs }),
  );
}

async function statusOf(modules: ApiModules): Promise<Omit<Answer, 'startedAtMs'>> {
  const { node, operator, roles, waitingFor, heads, lanes, pauses, peers, clock, tables } = modules;
  const cursor = await tables.cursors.get('asset');
  return {
    ...{ node, operator, roles: [...roles] },
    nowMs: clock(),
    waitingFor: [...waitingFor()],
    tradingChain: { applied: heads.latest, final: heads.final },
    assetChain: cursor === undefined ? undefined : { applied: cursor.block },
    lanes: {
      count: lanes.all().length,
      undelivered: lanes.undelivered(),
      paused: pauses.all().map(({ laneId }) => laneId),
    },
    peers: { connected: peers().filter(isConnected).length, known: peers().length },
    queues: queuesOf(modules),
    parked: parkedOf(modules),
    supply: supplyOf(modules),
  };
}

function isConnected({ connectedSinceMs }: { readonly connectedSinceMs: number | undefined }): boolean {
  return connectedSinceMs !== undefined;
}

function queuesOf({ tables }: ApiModules): Answer['queues'] {
  const all = Object.values(tables.queues).map((queue) => queue.measure());
  return {
    waiting: all.reduce((sum, { length }) => sum + length, 0),
    parked: all.reduce((sum, one) => sum + one.parked, 0),
    oldestSeconds: Math.max(0, ...all.map(({ oldestSeconds }) => oldestSeconds)),
  };
}

function parkedOf({ tables }: ApiModules): Answer['parked'] {
  const rows: Answer['parked'] = [];
  for (const [queue, jobs] of Object.entries(tables.queues)) {
    for (const { id, parked: why } of jobs.parked()) {
      if (rows.length === MOST_ROWS) return rows;
      if (why !== undefined) rows.push({ queue, id, ...why });
    }
  }
  return rows;
}

function supplyOf({ lanes, supplies }: ApiModules): Answer['supply'] {
  const looks = lanes.all().flatMap(({ laneId }) => supplies.last(laneId) ?? []);
  if (looks.length === 0) return undefined;
  const agree = looks.every(({ records }) => records.every(({ difference }) => difference === 0n));
  return { atMs: Math.min(...looks.map(({ atMs }) => atMs)), agree };
}
