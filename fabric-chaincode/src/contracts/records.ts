/** What happens to a record that exists: valuations by its custodian, status changes by the registry. */
import { Fault, rightsIdField, timeField } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { z } from 'zod';
import { requireOwner } from '../access.ts';
import type { Call } from '../call.ts';
import { anyDecimal, requireUnitValue } from '../ledger/fields.ts';
import { requirePast } from '../ledgerClock.ts';
import { recordTexts } from '../ledger/values.ts';
import type { RecordValue } from '../ledger/values.ts';

export const valueArgs = z.strictObject({ rightsId: rightsIdField, unitValue: anyDecimal, valuedAt: timeField });

export const statusArgs = z.strictObject({ rightsId: rightsIdField, reason: recordTexts.reason });

type StatusArgs = z.output<typeof statusArgs>;

/** @throws Fault RECORD_UNKNOWN. */
export async function requireRecord(call: Call, rightsId: Hex): Promise<RecordValue> {
  const record = await call.store.get(call.keys.record(rightsId));
  if (record === undefined) throw new Fault('RECORD_UNKNOWN', `no record ${rightsId} is registered`);
  return record;
}

export function changeRecord(call: Call, record: RecordValue): void {
  call.store.put(call.keys.record(record.rightsId), record);
  call.store.emit({ name: 'RecordChanged', ids: { rightsId: record.rightsId } });
}

/** The custodian's valuation, in 10⁻¹⁸ HKD per base unit. It never goes back in time. */
export async function value(call: Call, args: z.output<typeof valueArgs>): Promise<object> {
  const record = await requireRecord(call, args.rightsId);
  requireOwner(call.caller, record);
  if (record.status === 'REVOKED') throw new Fault('RECORD_STATUS', 'the record is revoked');
  requireUnitValue(args.unitValue);
  requirePast(args.valuedAt, call.clock);
  if (args.valuedAt < record.valuedAt) throw new Fault('VALUE_RANGE', 'valuedAt is before the last valuation');

  if (args.valuedAt !== record.valuedAt || args.unitValue !== record.unitValue) {
    changeRecord(call, { ...record, unitValue: args.unitValue, valuedAt: args.valuedAt });
  }
  return args;
}

export function freeze(call: Call, args: StatusArgs): Promise<object> {
  return changeStatus(call, args, { from: ['ACTIVE'], to: 'FROZEN' });
}

export function unfreeze(call: Call, args: StatusArgs): Promise<object> {
  return changeStatus(call, args, { from: ['FROZEN'], to: 'ACTIVE' });
}

/** For good: a revoked record stays revoked. Units that are out can still come back. */
export function revoke(call: Call, args: StatusArgs): Promise<object> {
  return changeStatus(call, args, { from: ['REGISTERED', 'ACTIVE', 'FROZEN'], to: 'REVOKED' });
}

interface StatusChange {
  readonly from: readonly RecordValue['status'][];
  readonly to: RecordValue['status'];
}

async function changeStatus(call: Call, args: StatusArgs, { from, to }: StatusChange): Promise<object> {
  const record = await requireRecord(call, args.rightsId);
  const answer = { rightsId: args.rightsId, status: to };
  if (record.status === to) return answer;
  if (!from.includes(record.status)) throw new Fault('RECORD_STATUS', `the record is ${record.status}`);
  changeRecord(call, { ...record, status: to, reason: args.reason });
  return answer;
}
