import { z } from 'zod';
import { bigintField, hexField, holdReasonField } from './fields.ts';

/** What no stage needs any more and people still ask for. All of it is bounded by `chronicle/retention.ts`. */

/** Where something happened on the trading chain, and when this node saw it. */
const moment = z.object({ block: bigintField, txHash: hexField, atMs: z.int() });

export const contentsRow = z.object({
  stateCount: z.int(),
  messageCount: z.int(),
  /** States first, then messages. */
  words: hexField,
  endorsedAtMs: z.int(),
});

export const holdRow = z.object({
  laneId: bigintField,
  message: bigintField,
  rightsId: hexField,
  recipient: hexField,
  units: bigintField,
  reason: holdReasonField,
  held: moment,
  ended: moment.extend({ how: z.enum(['minted', 'bounced']) }).optional(),
  /** Place of its bounce in the outbox. */
  outboxIndex: bigintField.optional(),
});

/** On the asset chain. */
const released = z.object({ block: bigintField, txId: z.string(), atMs: z.int() });

export const releaseRow = z.object({
  laneId: bigintField,
  index: bigintField,
  kind: z.enum(['REDEEM', 'BOUNCE']),
  rightsId: hexField,
  units: bigintField,
  target: hexField,
  outboxed: moment,
  released: released.optional(),
});

/** The newest release of a lane: entries below `through` are applied. */
export const releasedRow = released.extend({ laneId: bigintField, through: bigintField });

export const recordRow = z.object({
  laneId: bigintField,
  rightsId: hexField,
  token: hexField.optional(),
  attested: z
    .object({
      status: z.enum(['ACTIVE', 'FROZEN', 'REVOKED']),
      unitValue: bigintField,
      /** Unix seconds. */
      valuedAt: z.int(),
      commitment: hexField,
      /** Of the trading chain. */
      block: bigintField,
    })
    .optional(),
});

export const pauseRow = z.object({ laneId: bigintField, atMs: z.int(), reason: z.string() });

export type ContentsRow = z.infer<typeof contentsRow>;
export type HoldRow = z.infer<typeof holdRow>;
export type ReleaseRow = z.infer<typeof releaseRow>;
export type ReleasedRow = z.infer<typeof releasedRow>;
export type RecordRow = z.infer<typeof recordRow>;
export type PauseRow = z.infer<typeof pauseRow>;
