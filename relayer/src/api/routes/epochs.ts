import { z } from 'zod';
import { laneKey } from '../../db/keys.ts';
import type { EpochRow } from '../../db/tables.ts';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { cursorText, decimal, laneInput, next, paging, parked, place } from '../fields.ts';
import { EXPENSIVE } from '../limits.ts';
import type { ApiModules } from '../modules.ts';
import { requireKept } from '../views/epochReader.ts';
import { epochStages, stageOf } from '../views/epochStages.ts';
import { rowsBelow } from '../views/rowsBelow.ts';

const shown = z.object({
  laneId: decimal,
  epoch: decimal,
  firstMessage: decimal,
  messages: z.int(),
  states: z.int(),
  sealedAt: decimal.describe('Unix seconds; 0 when this node never saw its header'),
  stage: z.enum(epochStages),
  delivered: place.optional(),
  attempts: z.int(),
  parked: parked.optional(),
});
const answer = z.object({ epochs: z.array(shown), next });

export function epochRoutes(app: App, modules: ApiModules): void {
  app.get(
    '/v1/epochs',
    {
      schema: {
        tags: ['crossing'],
        summary: 'epochs that this node has a bundle of or saw delivered, the newest first',
        querystring: z.strictObject({ lane: laneInput.optional(), ...paging }),
        response: { 200: answer, ...refusals },
      },
      config: EXPENSIVE,
    },
    async ({ query }) => {
      const { lane, cursor } = query;
      if (lane !== undefined && cursor !== undefined) await requireKept(cursor, 'epoch', modules.tables);
      const { rows, last } = await rowsBelow(modules.tables.epochs, query, ({ epoch }) => epoch);
      const epochs = await Promise.all(rows.map((row) => epochView(row, modules)));
      return { epochs, next: last === undefined ? undefined : cursorText(last) };
    },
  );
}

async function epochView(row: EpochRow, modules: ApiModules): Promise<z.output<typeof shown>> {
  const { laneId, epoch, firstMessage, messageCount: messages, stateCount: states, sealedAt } = row;
  const { queues, deliveries } = modules.tables;
  const key = laneKey(laneId, epoch);
  const delivery = await deliveries.get(key);
  const stage = stageOf(row, delivery, modules);
  const delivered = stage === 'endorsed' || stage === 'sent' ? undefined : delivery;
  const job = queues.deliver.get(key) ?? queues.confirmMint.get(key);
  const waits = { attempts: job?.attempts ?? 0, parked: job?.parked };
  return { laneId, epoch, firstMessage, messages, states, sealedAt, stage, delivered, ...waits };
}
