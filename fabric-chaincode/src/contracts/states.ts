/** The attested state of a record on a lane: what a seal writes into words and what `dirty` compares with. */
import { encodeState, Fault, sha256Hex, termsHashOf } from '@twinspan/protocol';
import type { Hex, RecordState } from '@twinspan/protocol';
import type { Call } from '../call.ts';
import type { LaneValue, RecordValue, TotalsValue } from '../ledger/values.ts';
import { requireRecord } from './records.ts';

const MAX_80_BITS = (1n << 80n) - 1n;

/** Zero before the record's first seal on the lane. */
export async function totalsOf(call: Call, laneId: bigint, rightsId: Hex): Promise<TotalsValue> {
  return (await call.store.get(call.keys.totals(laneId, rightsId))) ?? { rightsId, sealed: 0n, released: 0n };
}

/**
 * The state that a seal of `minted` further units attests.
 * @throws Fault RECORD_UNKNOWN, FORBIDDEN, RECORD_NOT_ACTIVE or UNITS_RANGE.
 */
export async function nextState(call: Call, lane: LaneValue, rightsId: Hex, minted: bigint): Promise<RecordState> {
  const record = await requireRecord(call, rightsId);
  if (record.custodian !== lane.custodian) throw new Fault('FORBIDDEN', `record ${rightsId} is not the lane's`);
  const totals = await totalsOf(call, lane.laneId, rightsId);
  const state = stateOf(record, { ...totals, sealed: totals.sealed + minted });
  if (state === undefined) throw new Fault('RECORD_NOT_ACTIVE', `record ${rightsId} was never confirmed`);
  if (state.sealedUnits > MAX_80_BITS) throw new Fault('UNITS_RANGE', `the lane has sealed all 80 bits of ${rightsId}`);
  return state;
}

/** Undefined while the registry has never confirmed the record: it then has nothing to attest. */
export function stateOf(record: RecordValue, totals: TotalsValue): RecordState | undefined {
  const { status, commitment } = record;
  if (status === 'REGISTERED' || commitment === undefined) return undefined;
  return {
    rightsId: record.rightsId,
    status,
    sealedUnits: totals.sealed,
    releasedUnits: totals.released,
    unitValue: record.unitValue,
    valuedAt: record.valuedAt,
    recordCommitment: commitment,
    termsHash: termsHashOf(record),
  };
}

export function stateDigestOf(state: RecordState): Hex {
  return sha256Hex(encodeState(state));
}
