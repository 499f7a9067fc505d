/** Where a record comes from: registered and appraised by its custodian, confirmed by the registry. */
import {
  accountField,
  canonicalJsonBytes,
  confidentialRecordSchema,
  Fault,
  recordCommitmentOf,
  rightsIdField,
  rightsIdOf,
  detailsHashOf,
  timeField,
  wordField,
  confidentialRecordToJson,
} from '@twinspan/protocol';
import type { ConfidentialRecord, Hex } from '@twinspan/protocol';
import { z } from 'zod';
import { requireOwner } from '../access.ts';
import { parseConfidential } from '../argument.ts';
import type { Call } from '../call.ts';
import { anyDecimal, requireUnits, requireUnitValue } from '../ledger/fields.ts';
import { requirePast } from '../ledgerClock.ts';
import { recordTexts } from '../ledger/values.ts';
import type { RecordValue } from '../ledger/values.ts';
import { credit } from './holdings.ts';
import { changeRecord, requireRecord } from './records.ts';

export const registerArgs = z.strictObject({
  registrationNumber: recordTexts.registrationNumber,
  name: recordTexts.name,
  symbol: recordTexts.symbol,
  decimals: z.int().min(0).max(6),
  issuedUnits: anyDecimal,
  account: accountField,
  unitValue: anyDecimal,
  valuedAt: timeField,
});

export const appraiseArgs = z.strictObject({ rightsId: rightsIdField });

export const confirmArgs = z.strictObject({
  rightsId: rightsIdField,
  commitment: wordField,
  windowLimit: anyDecimal.exactOptional(),
});

interface Committed {
  readonly rightsId: Hex;
  readonly commitment: Hex;
}

/** The confidential fields travel as transient data; the ledger gets their commitment, computed here. */
export async function register(call: Call, args: z.output<typeof registerArgs>): Promise<Committed> {
  const rightsId = rightsIdOf(call.caller.mspId, args.registrationNumber);
  const confidential = transientRecord(call, rightsId);
  const commitment = recordCommitmentOf(confidential);
  requireUnitValue(args.unitValue);
  requirePast(args.valuedAt, call.clock);
  requireIssuable(args.issuedUnits, confidential);

  const registration = detailsHashOf({ ...args, commitment });
  const existing = await call.store.get(call.keys.record(rightsId));
  if (existing?.registration === registration) return { rightsId, commitment };
  if (existing !== undefined) throw new Fault('RECORD_EXISTS', 'this registration number has other content');

  keepConfidential(call, confidential, commitment);
  changeRecord(call, {
    ...args,
    rightsId,
    custodian: call.caller.mspId,
    status: 'REGISTERED',
    pendingCommitment: commitment,
    registration,
  });
  return { rightsId, commitment };
}

/** A new version of the confidential fields, in force once the registry confirms it. */
export async function appraise(call: Call, { rightsId }: z.output<typeof appraiseArgs>): Promise<Committed> {
  const record = await requireRecord(call, rightsId);
  requireOwner(call.caller, record);
  if (record.status === 'REVOKED') throw new Fault('RECORD_STATUS', 'the record is revoked');
  const confidential = transientRecord(call, rightsId);
  const commitment = recordCommitmentOf(confidential);
  requireIssuable(record.issuedUnits, confidential);

  if ((record.pendingCommitment ?? record.commitment) === commitment) return { rightsId, commitment };

  keepConfidential(call, confidential, commitment);
  changeRecord(call, { ...record, pendingCommitment: commitment });
  return { rightsId, commitment };
}

/** Puts the pending commitment into force; the first time it also issues the units and activates the record. */
export async function confirm(call: Call, args: z.output<typeof confirmArgs>): Promise<object> {
  const { pendingCommitment, ...record } = await requireRecord(call, args.rightsId);
  if (record.status === 'REVOKED') throw new Fault('RECORD_STATUS', 'the record is revoked');
  if (args.commitment !== (pendingCommitment ?? record.commitment)) {
    throw new Fault('COMMITMENT_MISMATCH', 'this is not the commitment that waits to be confirmed');
  }
  const limit = args.windowLimit === undefined ? {} : { windowLimit: requireUnits(args.windowLimit, 'windowLimit') };
  const confirmed: RecordValue = { ...record, ...limit, commitment: args.commitment };
  const answer = { rightsId: args.rightsId, commitment: args.commitment, status: statusAfter(record) };

  const isRepeated = pendingCommitment === undefined && confirmed.windowLimit === record.windowLimit;
  if (isRepeated) return answer;

  if (record.status === 'REGISTERED') await credit(call, record.rightsId, record.account, record.issuedUnits);
  changeRecord(call, { ...confirmed, status: answer.status });
  return answer;
}

function statusAfter(record: Pick<RecordValue, 'status'>): RecordValue['status'] {
  return record.status === 'REGISTERED' ? 'ACTIVE' : record.status;
}

/** @throws Fault TRANSIENT_MISSING, BAD_REQUEST or COMMITMENT_MISMATCH, none of which repeats a confidential value. */
function transientRecord(call: Call, rightsId: Hex): ConfidentialRecord {
  const bytes = call.transient.get('record');
  if (bytes === undefined) throw new Fault('TRANSIENT_MISSING', 'the transient value `record` is needed');
  const record = parseConfidential(confidentialRecordSchema, bytes, 'record');
  if (record.rightsId !== rightsId) {
    throw new Fault('COMMITMENT_MISMATCH', 'the transient record carries another rightsId');
  }
  return record;
}

function requireIssuable(issuedUnits: bigint, confidential: ConfidentialRecord): void {
  requireUnits(issuedUnits, 'issuedUnits');
  if (issuedUnits > confidential.registeredUnits) {
    throw new Fault('UNITS_RANGE', 'issuedUnits is above the units of the confidential record');
  }
}

function keepConfidential(call: Call, record: ConfidentialRecord, commitment: Hex): void {
  call.store.putPrivate(
    call.keys.confidential(record.rightsId, commitment),
    canonicalJsonBytes(confidentialRecordToJson(record)),
  );
}
