import { Fault } from '@twinspan/protocol';
import { holdReasons } from '@twinspan/sdk';
import { z } from 'zod';
import { laneKey } from '../../db/keys.ts';
import type { EpochRow } from '../../db/tables.ts';
import { purposeOf } from '../../mint/4-deliver.ts';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { addressInput, cursorText, indexInput, laneInput, next, paging, parked, recordInput } from '../fields.ts';
import { EXPENSIVE } from '../limits.ts';
import type { ApiModules } from '../modules.ts';
import { epochOf, requireKept, wordsOf } from '../views/epochReader.ts';
import { lifeOf, stepSchema, submissionFor } from '../views/life.ts';
import { holdOf, messagePage, viewOf } from '../views/messagePages.ts';
import { messageSchema, stageInput } from '../views/messageView.ts';

const listQuery = z.strictObject({
  lane: laneInput.optional(),
  stage: stageInput.optional(),
  reason: z.enum(holdReasons).optional(),
  recipient: addressInput.optional(),
  record: recordInput.optional(),
  ...paging,
});

const listAnswer = z.object({ messages: z.array(messageSchema), next });

const lifeAnswer = messageSchema.extend({
  life: z.array(stepSchema).describe('what happened, oldest first, as far as this node saw it'),
  attempts: z.int().describe('failed attempts of the step that is due'),
  parked: parked.optional().describe('why it waits for a human'),
  lastFault: parked.extend({ stage: z.string(), atMs: z.number() }).optional(),
  isLanePaused: z.boolean(),
});

export function messageRoutes(app: App, modules: ApiModules): void {
  app.get(
    '/v1/messages',
    {
      schema: {
        tags: ['crossing'],
        summary: 'messages, the newest first; a page may be short and still have a next one',
        querystring: listQuery,
        response: { 200: listAnswer, ...refusals },
      },
      config: EXPENSIVE,
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await messagePage(filter, { limit, cursor }, modules);
      return { messages: [...page.messages], next: page.next === undefined ? undefined : cursorText(page.next) };
    },
  );

  app.get(
    '/v1/messages/:lane/:index',
    {
      schema: {
        tags: ['crossing'],
        summary: "a message's life and the place where its units are now",
        params: z.object({ lane: laneInput, index: indexInput }),
        response: { 200: lifeAnswer, ...refusals },
      },
    },
    async ({ params: { lane, index } }) => {
      const epoch = await epochOf(lane, index, modules.tables);
      if (epoch === undefined) await requireKept({ laneId: lane, number: index }, 'message', modules.tables);
      if (epoch === undefined) throw unknown(lane, index, modules);
      return messageLife(epoch, index, modules);
    },
  );
}

function unknown(laneId: bigint, index: bigint, { lanes, tables }: ApiModules): Fault {
  const lane = lanes.get(laneId);
  if (lane === undefined) return new Fault('NOT_FOUND', `this node knows no lane ${laneId}`);
  const missing = [...tables.queues.endorse.all()].filter(({ body }) => body.laneId === laneId).length;
  const also = missing === 0 ? '' : `; ${missing} sealed epochs are not endorsed yet, and it may be in one of them`;
  return new Fault('NOT_FOUND', `this node knows no message ${index} of lane ${laneId}${also}`);
}

async function messageLife(
  epoch: EpochRow,
  message: bigint,
  modules: ApiModules,
): Promise<z.output<typeof lifeAnswer>> {
  const { tables, lastFaults, pauses } = modules;
  const { laneId } = epoch;
  const [words, { hold, release }, contents] = await Promise.all([
    wordsOf(epoch, tables),
    holdOf(laneId, message, modules),
    tables.contents.get(laneKey(laneId, epoch.epoch)),
  ]);
  const view = await viewOf(epoch, message, words, modules);
  const key = laneKey(laneId, epoch.epoch);
  const isHeld = view.stage === 'held';
  const onTheWay = tables.queues.confirmMint.get(key);
  const job = isHeld ? tables.queues.retry.get(laneKey(laneId, message)) : (tables.queues.deliver.get(key) ?? onTheWay);
  const sent = onTheWay === undefined ? undefined : await submissionFor(purposeOf(key), tables);
  return {
    ...view,
    life: lifeOf({
      epoch,
      isDelivered: view.stage !== 'endorsed' && view.stage !== 'sent',
      contents,
      sent,
      hold,
      release,
    }),
    attempts: job?.attempts ?? 0,
    parked: job?.parked,
    lastFault: lastFaults.of(isHeld ? `${laneId}/message/${message}` : `${laneId}/${epoch.epoch}`),
    isLanePaused: pauses.get(laneId) !== undefined,
  };
}
