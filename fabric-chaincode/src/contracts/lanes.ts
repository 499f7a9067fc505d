import {
  addressField,
  EMPTY_OUTBOX_HEAD,
  Fault,
  laneIdField,
  laneIdOf,
  uint64Field,
  ZERO_WORD,
} from '@twinspan/protocol';
import { z } from 'zod';
import type { Call } from '../call.ts';
import { requireNonZero } from '../ledger/fields.ts';
import type { HeadValue, LaneValue, OutboxValue } from '../ledger/values.ts';

export const openLaneArgs = z.strictObject({
  tradingChainId: uint64Field,
  bridge: addressField,
  ordinal: z.int().min(0).max(65_535),
});

export const laneArgs = z.strictObject({ laneId: laneIdField });

/** A lane's id follows from its custodian and where it leads, so opening it again changes nothing. */
export async function openLane(call: Call, args: z.output<typeof openLaneArgs>): Promise<{ readonly laneId: bigint }> {
  requireNonZero(args.bridge, 'bridge');
  if (args.tradingChainId === 0n) throw new Fault('BAD_REQUEST', 'tradingChainId must not be zero');
  const custodian = call.caller.mspId;
  const laneId = laneIdOf({ mspId: custodian, ...args });

  const existing = await call.store.get(call.keys.lane(laneId));
  if (existing !== undefined && !isSameLane(existing, { laneId, custodian, ...args })) {
    throw new Fault('BAD_REQUEST', 'another lane has the same id: choose another ordinal');
  }
  if (existing !== undefined) return { laneId };

  call.store.put(call.keys.lane(laneId), { laneId, custodian, ...args });
  call.store.put(call.keys.head(laneId), { epoch: 0n, previousHeader: ZERO_WORD, nextMessage: 0n, sealedAt: 0 });
  call.store.put(call.keys.outbox(laneId), { releasedThrough: 0n, head: EMPTY_OUTBOX_HEAD });
  call.store.emit({ name: 'LaneOpened', ids: { laneId } });
  return { laneId };
}

function isSameLane(a: LaneValue, b: LaneValue): boolean {
  return (
    a.custodian === b.custodian &&
    a.tradingChainId === b.tradingChainId &&
    a.bridge === b.bridge &&
    a.ordinal === b.ordinal
  );
}

/** @throws Fault LANE_UNKNOWN. */
export async function requireLane(call: Call, laneId: bigint): Promise<LaneValue> {
  return present(await call.store.get(call.keys.lane(laneId)), laneId);
}

/** @throws Fault LANE_UNKNOWN. */
export async function requireHead(call: Call, laneId: bigint): Promise<HeadValue> {
  return present(await call.store.get(call.keys.head(laneId)), laneId);
}

/** @throws Fault LANE_UNKNOWN. */
export async function requireOutbox(call: Call, laneId: bigint): Promise<OutboxValue> {
  return present(await call.store.get(call.keys.outbox(laneId)), laneId);
}

function present<Value>(value: Value | undefined, laneId: bigint): Value {
  if (value === undefined) throw new Fault('LANE_UNKNOWN', `no lane ${laneId} is open`);
  return value;
}
