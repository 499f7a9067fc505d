/** Units on their way out: taken from a holding by `lock`, given back by `cancelLocks` while no epoch has them. */
import { accountField, addressField, Fault, laneIdField, lockIdOf, rightsIdField } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { z } from 'zod';
import { requireOwner } from '../access.ts';
import type { Call } from '../call.ts';
import { anyDecimal, lineField, lockIdField, requireNonZero, requireUnits } from '../ledger/fields.ts';
import type { LockReference } from '../ledger/fields.ts';
import type { BatchValue } from '../ledger/values.ts';
import { Batches } from './batches.ts';
import { credit, debit } from './holdings.ts';
import { requireLane } from './lanes.ts';
import { requireRecord } from './records.ts';

const lockArg = z.strictObject({
  rightsId: rightsIdField,
  account: accountField,
  recipient: addressField,
  units: anyDecimal,
  reference: lineField(64, 0),
});

export const lockArgs = z.strictObject({ laneId: laneIdField, locks: z.array(lockArg).min(1).max(100) });

export const cancelLocksArgs = z.strictObject({ laneId: laneIdField, lockIds: z.array(lockIdField).min(1).max(256) });

interface Locked {
  readonly batchId: string;
  readonly lockIds: readonly string[];
}

/** All or nothing. Everything but the holdings stands under one key, so a batch costs few round trips. */
export async function lock(call: Call, { laneId, locks }: z.output<typeof lockArgs>): Promise<Locked> {
  requireOwner(call.caller, await requireLane(call, laneId));
  for (const { units, recipient } of locks) {
    requireUnits(units);
    requireNonZero(recipient, 'recipient');
  }
  for (const rightsId of new Set(locks.map((one) => one.rightsId))) await requireLockable(call, rightsId);
  for (const { rightsId, account, units } of locks) await debit(call, rightsId, account, units);

  const batch: BatchValue = {
    batchId: call.txId,
    laneId,
    locks: locks.map((one) => ({ ...one, place: { state: 'pending' } })),
  };
  call.store.put(call.keys.pending(laneId, batch.batchId), batch);
  call.store.emit({ name: 'Locked', ids: { laneId, batchId: batch.batchId, count: locks.length } });
  return { batchId: batch.batchId, lockIds: locks.map((_, place) => lockIdOf(batch.batchId, place)) };
}

async function requireLockable(call: Call, rightsId: Hex): Promise<void> {
  const record = await requireRecord(call, rightsId);
  requireOwner(call.caller, record);
  if (record.status !== 'ACTIVE') throw new Fault('RECORD_NOT_ACTIVE', `record ${rightsId} is ${record.status}`);
}

interface Cancelled {
  readonly laneId: bigint;
  readonly lockIds: readonly string[];
}

/** Gives the units of locks that no epoch has taken back to their holdings; a cancelled one is passed over. */
export async function cancelLocks(call: Call, args: z.output<typeof cancelLocksArgs>): Promise<Cancelled> {
  const { laneId, lockIds } = args;
  requireOwner(call.caller, await requireLane(call, laneId));
  const batches = new Batches(call, laneId);
  let count = 0;
  for (const reference of lockIds) count += (await cancelLock(call, batches, reference)) ? 1 : 0;

  if (count > 0) {
    batches.write();
    call.store.emit({ name: 'LocksCancelled', ids: { laneId, count } });
  }
  return { laneId, lockIds: lockIds.map((reference) => reference.lockId) };
}

/** Whether the lock was still pending. */
async function cancelLock(call: Call, batches: Batches, reference: LockReference): Promise<boolean> {
  const { rightsId, account, units, place } = await batches.lock(reference);
  if (place.state === 'cancelled') return false;
  if (place.state === 'sealed') throw new Fault('LOCK_SEALED', `${reference.lockId} is in epoch ${place.epoch}`);
  batches.settle(reference, { state: 'cancelled' });
  await credit(call, rightsId, account, units);
  return true;
}
