import {
  accountField,
  addressField,
  confidentialRecordSchema,
  hexBytesField,
  hexField,
  HEADER_BYTES,
  integerField,
  laneIdField,
  rightsIdField,
  timeField,
  uint64Field,
  unitsField,
  unitValueField,
  wordField,
} from '@twinspan/protocol';
import { z } from 'zod';

/** The forms of chaincode's answers. Unknown keys are dropped, so that a newer chaincode may say more. */

export const recordAnswer = z.object({
  rightsId: rightsIdField,
  custodian: z.string(),
  registrationNumber: z.string(),
  name: z.string(),
  symbol: z.string(),
  decimals: integerField(3),
  issuedUnits: unitsField,
  account: accountField,
  status: z.enum(['REGISTERED', 'ACTIVE', 'FROZEN', 'REVOKED']),
  termsHash: wordField,
  commitment: wordField.optional(),
  pendingCommitment: wordField.optional(),
  unitValue: unitValueField,
  valuedAt: timeField,
  windowLimit: unitsField.optional(),
  reason: z.string().optional(),
});

export const holdingAnswer = z.object({ rightsId: rightsIdField, account: accountField, units: unitsField });

export const privateRecordAnswer = z.object({ record: confidentialRecordSchema, commitment: wordField });

export const laneAnswer = z.object({
  laneId: laneIdField,
  custodian: z.string(),
  tradingChainId: uint64Field,
  bridge: addressField,
  ordinal: integerField(16),
  epoch: uint64Field,
  previousHeader: wordField,
  nextMessage: uint64Field,
  sealedAt: timeField,
  releasedThrough: uint64Field,
});

const lockAnswer = z.object({
  lockId: z.string(),
  rightsId: rightsIdField,
  account: accountField,
  recipient: addressField,
  units: unitsField,
  reference: z.string(),
});

const lockPlace = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pending') }),
  z.object({ state: z.literal('sealed'), epoch: uint64Field, message: uint64Field }),
  z.object({ state: z.literal('cancelled') }),
]);

export const lockTraceAnswer = lockAnswer.extend({ place: lockPlace });

export const epochAnswer = z.object({
  laneId: laneIdField,
  epoch: uint64Field,
  firstMessage: uint64Field,
  messageCount: z.int(),
  stateCount: z.int(),
  header: hexField(HEADER_BYTES),
  words: hexBytesField,
  details: z.object({
    locks: z.array(lockAnswer.omit({ recipient: true })),
  }),
  rightsIds: z.array(rightsIdField),
});

export const supplyAnswer = z.object({ rightsId: rightsIdField, sealed: unitsField, released: unitsField });

export const attestorsAnswer = z.object({ attestors: z.array(addressField), threshold: integerField(8) });

export const outboxAnswer = z.object({ releasedThrough: uint64Field, head: wordField });

export const batchAnswer = z.object({ batchId: z.string(), laneId: laneIdField, locks: z.array(lockTraceAnswer) });

export const dirtyAnswer = z.object({ rightsId: rightsIdField, isAttested: z.boolean() });

export const historyAnswer = z.object({
  changes: z.array(z.object({ txId: z.string(), at: timeField, value: recordAnswer })),
});

export const configAnswer = z.object({
  networkId: z.string(),
  channel: z.string(),
  chaincode: z.string(),
  assetChainId: wordField,
  roles: z.record(z.string(), z.array(z.string())),
});
