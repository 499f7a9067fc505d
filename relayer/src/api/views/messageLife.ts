import { Fault } from '@twinspan/protocol';
import type { EpochWords } from '@twinspan/protocol';
import { z } from 'zod';
import { laneKey } from '../../db/keys.ts';
import type { EpochRow } from '../../db/tables.ts';
import { purposeOf } from '../../mint/4-deliver.ts';
import { parked } from '../fields.ts';
import type { ApiModules } from '../modules.ts';
import { epochOf, requireKept, wordsOf } from './epochReader.ts';
import { lifeOf, stepSchema, submissionFor } from './life.ts';
import { lockedStep } from './lockReader.ts';
import { holdOf, viewOf } from './messagePages.ts';
import { messageSchema, messageView } from './messageView.ts';
import type { MessageView } from './messageView.ts';
import { sealedOnly } from './sealedOnly.ts';

/** What a message or a lock went through, and what keeps it where it is. */
export const lifeSchema = messageSchema.extend({
  life: z.array(stepSchema).describe('what happened, oldest first, as far as this node saw it'),
  attempts: z.int().describe('failed attempts of the step that is due'),
  parked: parked.optional().describe('why it waits for a human'),
  lastFault: parked.extend({ stage: z.string(), atMs: z.number() }).optional(),
  isLanePaused: z.boolean(),
});

export type MessageLife = z.output<typeof lifeSchema>;

/** @throws Fault NOT_FOUND, NO_LONGER_KEPT */
export async function messageLife(laneId: bigint, message: bigint, modules: ApiModules): Promise<MessageLife> {
  const epoch = await epochOf(laneId, message, modules.tables);
  if (epoch !== undefined) return lifeIn(epoch, message, modules);
  await requireKept({ laneId, number: message }, 'message', modules.tables);
  const sealed = await sealedOnly(laneId, message, modules);
  if (sealed === undefined) throw unknown(laneId, message, modules);
  return unendorsedLife(sealed.epoch, message, sealed.words, modules);
}

function unknown(laneId: bigint, message: bigint, { lanes, tables }: ApiModules): Fault {
  const lane = lanes.get(laneId);
  if (lane === undefined) return new Fault('NOT_FOUND', `this node knows no lane ${laneId}`);
  const missing = [...tables.queues.endorse.all()].filter(({ body }) => body.laneId === laneId).length;
  const also = missing === 0 ? '' : `; ${missing} sealed epochs are not endorsed yet, and it may be in one of them`;
  return new Fault('NOT_FOUND', `this node knows no message ${message} of lane ${laneId}${also}`);
}

async function unendorsedLife(
  epoch: EpochRow,
  message: bigint,
  words: EpochWords,
  modules: ApiModules,
): Promise<MessageLife> {
  const rows = { epoch, message, words, hold: undefined, isHome: false };
  const view = messageView({ ...rows, epochStage: 'sealed' });
  const key = laneKey(epoch.laneId, epoch.epoch);
  return {
    ...view,
    life: lifeOf({ epoch, locked: await lockedStep(epoch, message, modules) }),
    ...waitOf(modules.tables.queues.endorse.get(key), `${epoch.laneId}/${epoch.epoch}`, epoch.laneId, modules),
  };
}

async function lifeIn(epoch: EpochRow, message: bigint, modules: ApiModules): Promise<MessageLife> {
  const { tables } = modules;
  const { laneId } = epoch;
  const key = laneKey(laneId, epoch.epoch);
  const [words, { hold, release }, contents, delivery, locked] = await Promise.all([
    wordsOf(epoch, tables),
    holdOf(laneId, message, modules),
    tables.contents.get(key),
    tables.deliveries.get(key),
    lockedStep(epoch, message, modules),
  ]);
  const view = await viewOf(epoch, message, words, modules);
  const onTheWay = tables.queues.confirmMint.get(key);
  const sent = onTheWay === undefined ? undefined : await submissionFor(purposeOf(key), tables);
  const isDelivered = view.stage !== 'endorsed' && view.stage !== 'sent';
  return {
    ...view,
    life: lifeOf({ epoch, locked, delivery: isDelivered ? delivery : undefined, contents, sent, hold, release }),
    ...waitIn(view, key, modules),
  };
}

type Wait = Pick<MessageLife, 'attempts' | 'parked' | 'lastFault' | 'isLanePaused'>;

function waitIn({ laneId, message, epoch, stage }: MessageView, key: string, modules: ApiModules): Wait {
  const { retry, deliver, confirmMint } = modules.tables.queues;
  if (stage === 'held')
    return waitOf(retry.get(laneKey(laneId, message)), `${laneId}/message/${message}`, laneId, modules);
  return waitOf(deliver.get(key) ?? confirmMint.get(key), `${laneId}/${epoch}`, laneId, modules);
}

/** What keeps something from its next step. */
export function waitOf(
  job: Pick<Wait, 'attempts' | 'parked'> | undefined,
  transferId: string,
  laneId: bigint,
  { lastFaults, pauses }: Pick<ApiModules, 'lastFaults' | 'pauses'>,
): Wait {
  return {
    attempts: job?.attempts ?? 0,
    parked: job?.parked,
    lastFault: lastFaults.of(transferId),
    isLanePaused: pauses.get(laneId) !== undefined,
  };
}
