import {
  assetChainIdOf,
  Fault,
  hexFromBytes,
  laneIdField,
  lockIdOf,
  rightsIdField,
  uint64Field,
} from '@twinspan/protocol';
import type { AssetChainName, Hex } from '@twinspan/protocol';
import { z } from 'zod';
import type { Call } from '../call.ts';
import { batchIdField } from '../ledger/fields.ts';
import { listings, padded } from '../ledger/keys.ts';
import type { AttestorsValue, BatchValue, LaneValue, OutboxValue, RecordValue, TotalsValue } from '../ledger/values.ts';
import { requireHead, requireLane, requireOutbox } from './lanes.ts';
import type { laneArgs } from './lanes.ts';
import { pageArgs, pageOf } from './pages.ts';
import { stateDigestOf, stateOf, totalsOf } from './states.ts';

export const noArgs = z.strictObject({});
export const lanesArgs = z.strictObject(pageArgs);
export const lanePageArgs = z.strictObject({ laneId: laneIdField, ...pageArgs });
export const locksArgs = z.strictObject({ batchId: batchIdField });
export const epochArgs = z.strictObject({ laneId: laneIdField, epoch: uint64Field });
export const supplyArgs = z.strictObject({ laneId: laneIdField, rightsId: rightsIdField });

type LanePageArgs = z.output<typeof lanePageArgs>;

export async function lane(call: Call, { laneId }: z.output<typeof laneArgs>): Promise<object> {
  return viewOf(call, await requireLane(call, laneId));
}

export async function lanes(call: Call, page: z.output<typeof lanesArgs>): Promise<object> {
  const { values, ...rest } = await pageOf(call, listings.lanes, [], page);
  const views = [];
  for (const value of values) views.push(await viewOf(call, value));
  return { lanes: views, ...rest };
}

async function viewOf(call: Call, value: LaneValue): Promise<object> {
  const head = await requireHead(call, value.laneId);
  const { releasedThrough } = await requireOutbox(call, value.laneId);
  return { ...value, ...head, releasedThrough };
}

/** Page by batches; the locks of one batch come together. */
export async function pendingLocks(call: Call, args: LanePageArgs): Promise<object> {
  const { values, ...rest } = await pageOf(call, listings.pending, [padded(args.laneId)], args);
  return { locks: values.flatMap(tracesOf).filter(({ place }) => place.state === 'pending'), ...rest };
}

/** Where each lock of a batch stands. A batch that still waits is looked for in every lane. */
export async function locks(call: Call, { batchId }: z.output<typeof locksArgs>): Promise<object> {
  const batch = (await call.store.get(call.keys.settled(batchId))) ?? (await pendingBatch(call, batchId));
  if (batch === undefined) throw new Fault('LOCK_UNKNOWN', `no lock batch ${batchId}`);
  return { batchId, laneId: batch.laneId, locks: tracesOf(batch) };
}

async function pendingBatch(call: Call, batchId: string): Promise<BatchValue | undefined> {
  let page = { pageSize: 200, bookmark: '' };
  for (;;) {
    const { values, bookmark } = await pageOf(call, listings.lanes, [], page);
    for (const { laneId } of values) {
      const batch = await call.store.get(call.keys.pending(laneId, batchId));
      if (batch !== undefined) return batch;
    }
    if (bookmark === undefined) return undefined;
    page = { ...page, bookmark };
  }
}

type Trace = { readonly lockId: string } & BatchValue['locks'][number];

function tracesOf({ batchId, locks: values }: BatchValue): readonly Trace[] {
  return values.map((value, place) => ({ lockId: lockIdOf(batchId, place), ...value }));
}

/** The raw header: the one answer that is not JSON, so that the magic of an endorsed header means this read. */
export async function readEpoch(call: Call, args: z.output<typeof epochArgs>): Promise<Uint8Array> {
  const header = await call.store.getRaw(call.keys.header(args.laneId, args.epoch));
  if (header === undefined) throw new Fault('EPOCH_UNKNOWN', `lane ${args.laneId} has no epoch ${args.epoch}`);
  return header;
}

export async function epoch(call: Call, args: z.output<typeof epochArgs>): Promise<object> {
  const header = hexFromBytes(await readEpoch(call, args));
  const value = await call.store.get(call.keys.epoch(args.laneId, args.epoch));
  return { ...args, header, ...value };
}

export async function supply(call: Call, args: z.output<typeof supplyArgs>): Promise<object> {
  await requireLane(call, args.laneId);
  return supplyOf(await totalsOf(call, args.laneId, args.rightsId));
}

export async function supplies(call: Call, args: LanePageArgs): Promise<object> {
  const { values, ...rest } = await pageOf(call, listings.totals, [padded(args.laneId)], args);
  return { supplies: values.map(supplyOf), ...rest };
}

function supplyOf({ rightsId, sealed, released }: TotalsValue): object {
  return { rightsId, sealed, released };
}

/**
 * Confirmed records of the lane's custodian whose state differs from the last one sealed on the lane; `isAttested` is
 * false for a record that the lane has never attested. A page counts the records looked at, so it may come out empty.
 */
export async function dirty(call: Call, args: LanePageArgs): Promise<object> {
  const { custodian } = await requireLane(call, args.laneId);
  const { values, ...rest } = await pageOf(call, listings.records, [], args);
  const found = [];
  for (const value of values.filter((one) => one.custodian === custodian)) {
    const difference = await differenceOf(call, args.laneId, value);
    if (difference !== undefined) found.push(difference);
  }
  return { records: found, ...rest };
}

interface Difference {
  readonly rightsId: Hex;
  readonly isAttested: boolean;
}

async function differenceOf(call: Call, laneId: bigint, value: RecordValue): Promise<Difference | undefined> {
  const totals = await totalsOf(call, laneId, value.rightsId);
  const state = stateOf(value, totals);
  if (state === undefined || totals.attested === stateDigestOf(state)) return undefined;
  return { rightsId: value.rightsId, isAttested: totals.attested !== undefined };
}

export async function attestors(call: Call): Promise<AttestorsValue> {
  const set = await call.store.get(call.keys.attestors());
  if (set === undefined) throw new Fault('ATTESTORS_UNSET', 'no attestor set is in force');
  return set;
}

export function laneOutbox(call: Call, { laneId }: z.output<typeof laneArgs>): Promise<OutboxValue> {
  return requireOutbox(call, laneId);
}

export function config(call: Call): Promise<object> {
  const name: AssetChainName = {
    networkId: call.network.networkId,
    channel: call.channel,
    chaincode: call.network.chaincode,
  };
  return Promise.resolve({
    ...name,
    assetChainId: assetChainIdOf(name),
    roles: Object.fromEntries(call.network.roles),
  });
}
