/** What stands under each key, as zod shapes. 64-bit numbers and units are decimal strings in JSON, bigint in here. */
import {
  accountField,
  addressField,
  laneIdField,
  rightsIdField,
  timeField,
  uint64Field,
  unitsField,
  unitValueField,
  wordField,
} from '@twinspan/protocol';
import { z } from 'zod';
import { batchIdField, lineField } from './fields.ts';

/** REGISTERED waits for the registry; REVOKED is final. */
const recordStatuses = ['REGISTERED', 'ACTIVE', 'FROZEN', 'REVOKED'] as const;

/** Limits of the public texts of a record. */
export const recordTexts = {
  registrationNumber: lineField(64),
  /** A mirror token keeps its name in one storage slot: a longer one could never be listed. */
  name: lineField(31).refine((name) => Buffer.byteLength(name) <= 31, { error: 'expected at most 31 bytes' }),
  symbol: lineField(16),
  reason: lineField(200),
};

export const recordValue = z.strictObject({
  rightsId: rightsIdField,
  /** MSP id of the only organization that may change it besides the registry. */
  custodian: z.string(),
  registrationNumber: recordTexts.registrationNumber,
  name: recordTexts.name,
  symbol: recordTexts.symbol,
  decimals: z.int().min(0).max(6),
  issuedUnits: unitsField,
  /** Credited with issuedUnits by the first confirmation. */
  account: accountField,
  status: z.enum(recordStatuses),
  /** Why the status last changed by freeze, unfreeze or revoke. */
  reason: recordTexts.reason.exactOptional(),
  /** In force; absent before the first confirmation. */
  commitment: wordField.exactOptional(),
  /** Registered or appraised and not yet confirmed. */
  pendingCommitment: wordField.exactOptional(),
  /** 10⁻¹⁸ HKD per base unit. */
  unitValue: unitValueField,
  valuedAt: timeField,
  /** Units that may be released per 24 h; absent means no limit. */
  windowLimit: unitsField.exactOptional(),
  /** sha256 of what was registered, by which a repeated registration is told from another one. */
  registration: wordField,
});
export type RecordValue = z.output<typeof recordValue>;

export const holdingValue = z.strictObject({ rightsId: rightsIdField, account: accountField, units: unitsField });
export type HoldingValue = z.output<typeof holdingValue>;

export const laneValue = z.strictObject({
  laneId: laneIdField,
  custodian: z.string(),
  tradingChainId: uint64Field,
  bridge: addressField,
  ordinal: z.int(),
});
export type LaneValue = z.output<typeof laneValue>;

export const headValue = z.strictObject({
  /** Of the last sealed epoch, 0 before the first. */
  epoch: uint64Field,
  previousHeader: wordField,
  nextMessage: uint64Field,
  sealedAt: timeField,
});
export type HeadValue = z.output<typeof headValue>;

export const outboxValue = z.strictObject({ releasedThrough: uint64Field, head: wordField });
export type OutboxValue = z.output<typeof outboxValue>;

export const totalsValue = z.strictObject({
  rightsId: rightsIdField,
  /** Cumulative for (record, lane). */
  sealed: unitsField,
  released: unitsField,
  /** sha256 of the five state words last sealed. */
  attested: wordField.exactOptional(),
});
export type TotalsValue = z.output<typeof totalsValue>;

const lockPlace = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('pending') }),
  z.strictObject({ state: z.literal('sealed'), epoch: uint64Field, message: uint64Field }),
  z.strictObject({ state: z.literal('cancelled') }),
]);

const lockValue = z.strictObject({
  rightsId: rightsIdField,
  account: accountField,
  recipient: addressField,
  units: unitsField,
  reference: lineField(64, 0),
  place: lockPlace,
});
export type LockValue = z.output<typeof lockValue>;

export const batchValue = z.strictObject({ batchId: batchIdField, laneId: laneIdField, locks: z.array(lockValue) });
export type BatchValue = z.output<typeof batchValue>;

/** What detailsHash commits to: the messages in their order, with what stays inside. */
const detailsValue = z.strictObject({
  locks: z.array(
    z.strictObject({
      lockId: z.string(),
      rightsId: rightsIdField,
      account: accountField,
      units: unitsField,
      reference: lineField(64, 0),
    }),
  ),
});
export type DetailsValue = z.output<typeof detailsValue>;

export const epochValue = z.strictObject({
  firstMessage: uint64Field,
  messageCount: z.int(),
  stateCount: z.int(),
  /** All words in hex, states first. */
  words: z.string(),
  details: detailsValue,
  /** One per state, in order of slot. */
  rightsIds: z.array(rightsIdField),
});
export type EpochValue = z.output<typeof epochValue>;

/** Which epochs have messages in one block of message indices, ascending. */
export const messageBlockValue = z.strictObject({
  epochs: z.array(z.strictObject({ epoch: uint64Field, firstMessage: uint64Field })),
});
export type MessageBlockValue = z.output<typeof messageBlockValue>;

/** Units released per hour since the Unix epoch, ascending, of the last 24 hours. */
export const windowValue = z.strictObject({ hours: z.array(z.strictObject({ hour: z.int(), units: unitsField })) });
export type WindowValue = z.output<typeof windowValue>;

export const attestorsValue = z.strictObject({ attestors: z.array(addressField), threshold: z.int() });
export type AttestorsValue = z.output<typeof attestorsValue>;
