import type { EpochWords } from '@twinspan/protocol';
import { z } from 'zod';
import type { EpochRow, HoldRow } from '../../db/tables.ts';
import { decimal, hex } from '../fields.ts';
import { epochStages } from './epochStages.ts';
import type { EpochStage } from './epochStages.ts';

const fromEndorsed = [...epochStages, 'held', 'minted', 'bounced', 'released'] as const;
export const messageStages = ['sealed', ...fromEndorsed] as const;
/** A list holds what is endorsed; what is earlier only the asset chain has. */
export const stageInput = z.enum(fromEndorsed);

const stage = z
  .enum(messageStages)
  .describe('held … released are of messages that were ever held; minted means by a retry');

export const messageSchema = z.object({
  laneId: decimal,
  message: decimal,
  epoch: decimal,
  kind: z.enum(['MINT', 'YIELD']).optional(),
  rightsId: hex.optional().describe('absent when what the epoch carries is no longer kept'),
  recipient: hex.optional(),
  units: decimal.optional(),
  stage,
  /** Why it is or was held. */
  reason: z.string().optional(),
  whereabouts: z.object({
    chain: z.enum(['asset chain', 'between the chains', 'trading chain']),
    sentence: z.string(),
  }),
});

export type MessageView = z.output<typeof messageSchema>;

export interface MessageRows {
  readonly epoch: EpochRow;
  readonly message: bigint;
  readonly words: EpochWords | undefined;
  /** `sealed`: not endorsed yet. */
  readonly epochStage: EpochStage | 'sealed';
  readonly hold: HoldRow | undefined;
  /** Its bounce is applied on the asset chain. */
  readonly isHome: boolean;
}

/** A message and the place where its units are now. Pure. */
export function messageView(rows: MessageRows): MessageView {
  const { epoch, message, epochStage, hold, isHome } = rows;
  const view = {
    ...{ laneId: epoch.laneId, message, epoch: epoch.epoch },
    ...carriedIn(rows),
    stage: messageStage(epochStage, hold, isHome),
    reason: hold?.reason,
  };
  return { ...view, whereabouts: places[view.stage](view) };
}

type Carried = Pick<MessageView, 'kind' | 'rightsId' | 'recipient' | 'units'>;

/** By the epoch's words; a hold remembers them for longer. */
function carriedIn({ epoch, message, words, hold }: MessageRows): Carried {
  const carried = words?.messages[Number(message - epoch.firstMessage)];
  if (carried === undefined) return { rightsId: hold?.rightsId, recipient: hold?.recipient, units: hold?.units };
  const { kind, recipient, units, slot } = carried;
  return { kind, rightsId: words?.states[slot]?.rightsId, recipient, units };
}

function messageStage(
  epochStage: MessageRows['epochStage'],
  hold: HoldRow | undefined,
  isHome: boolean,
): MessageView['stage'] {
  if (hold === undefined || epochStage === 'sealed' || epochStage === 'endorsed' || epochStage === 'sent')
    return epochStage;
  if (hold.ended === undefined) return 'held';
  if (hold.ended.how === 'minted') return 'minted';
  return isHome ? 'released' : 'bounced';
}

type Place = MessageView['whereabouts'];
type Placed = Pick<MessageView, 'epoch' | 'kind' | 'reason'>;

const between = (sentence: string): Place => ({ chain: 'between the chains', sentence });
const onTrading = (sentence: string): Place => ({ chain: 'trading chain', sentence });
const delivered = ({ kind }: Placed): Place =>
  onTrading(kind === 'YIELD' ? 'a yield moves no units' : "minted: in the recipient's balance");

const places: Readonly<Record<MessageView['stage'], (view: Placed) => Place>> = {
  sealed: ({ epoch }) => between(`sealed in epoch ${epoch}, which waits to be endorsed`),
  endorsed: ({ epoch }) => between(`sealed in epoch ${epoch}, which waits to be carried`),
  sent: ({ epoch }) => between(`sealed in epoch ${epoch}, whose delivery is on its way`),
  delivered,
  final: delivered,
  held: ({ reason }) => onTrading(`held by the bridge for ${reason ?? 'a reason'}`),
  minted: () => onTrading("minted by a retry: in the recipient's balance"),
  bounced: () => between('bounced: in the outbox, to be released'),
  released: () => ({ chain: 'asset chain', sentence: 'released: back in the holding that they were locked from' }),
};

/** Before there is a message. */
export const unsealedPlaces: Readonly<Record<'locked' | 'cancelled', Place>> = {
  locked: { chain: 'asset chain', sentence: 'locked: waits to be sealed into an epoch' },
  cancelled: { chain: 'asset chain', sentence: 'cancelled before it was sealed: back in its holding' },
};
