import { z } from 'zod';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { decimal, time } from '../fields.ts';
import type { ApiModules } from '../modules.ts';

const laneSchema = z.object({
  laneId: decimal,
  custodian: z.string().optional().describe('MSP id; absent on a node that has not seen the asset chain'),
  waitingLocks: z
    .int()
    .optional()
    .describe('locks that wait to be sealed, as events told; on a gateway of the custodian alone'),
  sealed: decimal.describe('last sealed epoch'),
  delivered: decimal.describe('last delivered epoch'),
  undelivered: z.int(),
  progressedAtMs: time,
  releasedThrough: decimal.optional().describe('outbox entries below are applied, as far as this node saw'),
  paused: z.object({ atMs: time, reason: z.string() }).optional().describe('on this node, by its operator'),
});

export type LaneAnswer = z.output<typeof laneSchema>;

export function laneRoutes(app: App, modules: ApiModules): void {
  app.get(
    '/v1/lanes',
    {
      schema: {
        tags: ['crossing'],
        summary: 'how far every lane is on both chains',
        response: { 200: z.object({ lanes: z.array(laneSchema) }), ...refusals },
      },
    },
    async () => ({ lanes: await lanesOf(modules) }),
  );
}

async function lanesOf({ lanes, pauses, tables, sealing }: ApiModules): Promise<LaneAnswer[]> {
  const through = new Map<bigint, bigint>();
  for await (const [, row] of tables.released.entries()) through.set(row.laneId, row.through);
  return lanes.all().map(({ laneId, custodian, sealed, delivered, progressedAtMs }) => ({
    ...{ laneId, custodian, sealed, delivered, progressedAtMs },
    waitingLocks: sealing?.waiting(laneId),
    undelivered: Number(sealed - delivered),
    releasedThrough: through.get(laneId),
    paused: pauses.get(laneId),
  }));
}
