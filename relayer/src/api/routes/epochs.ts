import { z } from 'zod';
import { laneKey } from '../../db/keys.ts';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { cursorText, decimal, laneInput, next, paging, parked, place } from '../fields.ts';
import { EXPENSIVE } from '../limits.ts';
import type { ApiModules } from '../modules.ts';
import { requireKept } from '../views/epochReader.ts';
import { epochStages, stageOf } from '../views/epochStages.ts';
import { rowsBelow } from '../views/rowsBelow.ts';

const answer = z.object({
  epochs: z.array(
    z.object({
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
    }),
  ),
  next,
});

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
      const { deliver, confirmMint } = modules.tables.queues;
      const epochs = rows.map(
        ({ laneId, epoch, firstMessage, messageCount, stateCount, sealedAt, delivered, ...row }) => {
          const stage = stageOf(
            { laneId, epoch, firstMessage, messageCount, stateCount, sealedAt, delivered, ...row },
            modules,
          );
          const job = deliver.get(laneKey(laneId, epoch)) ?? confirmMint.get(laneKey(laneId, epoch));
          const counts = { messages: messageCount, states: stateCount };
          const known = stage === 'endorsed' || stage === 'sent' ? undefined : delivered;
          const waits = { attempts: job?.attempts ?? 0, parked: job?.parked };
          return { laneId, epoch, firstMessage, ...counts, sealedAt, stage, delivered: known, ...waits };
        },
      );
      return { epochs, next: last === undefined ? undefined : cursorText(last) };
    },
  );
}
