import {
  accountField,
  confidentialRecordSchema,
  confidentialRecordToJson,
  Fault,
  rightsIdField,
  termsHashOf,
  wordField,
} from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { z } from 'zod';
import type { Call } from '../call.ts';
import { listings } from '../ledger/keys.ts';
import { parseValue } from '../ledger/store.ts';
import type { HoldingValue, RecordValue } from '../ledger/values.ts';
import { pageArgs, pageOf } from './pages.ts';
import { requireRecord } from './records.ts';

export const recordArgs = z.strictObject({ rightsId: rightsIdField });
export const recordsArgs = z.strictObject(pageArgs);
export const holdingArgs = z.strictObject({ rightsId: rightsIdField, account: accountField });
export const holdingsArgs = z.strictObject({ rightsId: rightsIdField, ...pageArgs });
export const privateRecordArgs = z.strictObject({
  rightsId: rightsIdField,
  /** Which version; by default the one in force, before the first confirmation the pending one. */
  commitment: wordField.exactOptional(),
});

export async function record(call: Call, { rightsId }: z.output<typeof recordArgs>): Promise<object> {
  return viewOf(await requireRecord(call, rightsId));
}

export async function records(call: Call, page: z.output<typeof recordsArgs>): Promise<object> {
  const { values, ...rest } = await pageOf(call, listings.records, [], page);
  return { records: values.map(viewOf), ...rest };
}

function viewOf(value: RecordValue): object {
  return { ...value, registration: undefined, termsHash: termsHashOf(value) };
}

export async function holding(call: Call, args: z.output<typeof holdingArgs>): Promise<HoldingValue> {
  const { rightsId, account } = args;
  return (await call.store.get(call.keys.holding(rightsId, account))) ?? { rightsId, account, units: 0n };
}

export async function holdings(call: Call, args: z.output<typeof holdingsArgs>): Promise<object> {
  const { values, ...rest } = await pageOf(call, listings.holdings, [args.rightsId], args);
  return { holdings: values, ...rest };
}

/**
 * The confidential fields. A peer of the collection would answer a client of any organization: only an organization's
 * own client at its own peer is answered here.
 * @throws Fault PRIVATE_FORBIDDEN or PRIVATE_MISSING.
 */
export async function privateRecord(call: Call, args: z.output<typeof privateRecordArgs>): Promise<object> {
  if (call.caller.mspId !== call.peerMspId) {
    throw new Fault('PRIVATE_FORBIDDEN', `a client of ${call.caller.mspId} must ask a peer of its own`);
  }
  const stored = await requireRecord(call, args.rightsId);
  if (stored.custodian !== call.caller.mspId && !call.caller.roles.includes('registry')) {
    throw new Fault('PRIVATE_FORBIDDEN', `the record belongs to ${stored.custodian}`);
  }
  const commitment = args.commitment ?? stored.commitment ?? stored.pendingCommitment;
  const bytes = commitment === undefined ? undefined : await confidentialBytes(call, args.rightsId, commitment);
  if (bytes === undefined) throw new Fault('PRIVATE_MISSING', 'this peer does not hold that version of the record');
  return { record: confidentialRecordToJson(parseValue(confidentialRecordSchema, bytes)), commitment };
}

async function confidentialBytes(call: Call, rightsId: Hex, commitment: Hex): Promise<Uint8Array | undefined> {
  return call.store.getPrivate(call.keys.confidential(rightsId, commitment)).catch(() => undefined);
}

const MAX_CHANGES = 200;

/** The last versions of a record, newest first. */
export async function history(call: Call, { rightsId }: z.output<typeof recordArgs>): Promise<object> {
  const changes = [];
  for await (const change of call.stub.getHistoryForKey(call.keys.record(rightsId).key)) {
    if (change.isDelete) continue;
    changes.push({
      txId: change.txId,
      at: Number(change.timestamp.seconds.toString()),
      value: viewOf(parseValue(call.keys.record(rightsId).shape, change.value)),
    });
    if (changes.length === MAX_CHANGES) break;
  }
  return { changes };
}
