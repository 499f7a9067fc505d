import {
  assetChainIdOf,
  detailsHashOf,
  encodeHeader,
  encodeWords,
  Fault,
  headerHashOf,
  hexFromBytes,
  laneIdField,
  MAX_MESSAGES,
  MAX_STATES,
  rightsIdField,
  wordsHashOf,
} from '@twinspan/protocol';
import type { Hex, RecordState } from '@twinspan/protocol';
import { z } from 'zod';
import { requireOwner, requireRole, registries } from '../access.ts';
import type { Call } from '../call.ts';
import { lockIdField } from '../ledger/fields.ts';
import type { LockReference } from '../ledger/fields.ts';
import { MESSAGE_BLOCK } from '../ledger/keys.ts';
import type { DetailsValue, HeadValue, LaneValue, LockValue } from '../ledger/values.ts';
import { requireRecentProposal } from '../ledgerClock.ts';
import { Batches } from './batches.ts';
import { requireHead, requireLane, requireOutbox } from './lanes.ts';
import { nextState, stateDigestOf, totalsOf } from './states.ts';

export const sealArgs = z.strictObject({
  laneId: laneIdField,
  lockIds: z.array(lockIdField).max(MAX_MESSAGES),
  rightsIds: z.array(rightsIdField).max(MAX_STATES).default([]),
});

type SealArgs = z.output<typeof sealArgs>;

interface Sealed {
  readonly epoch: bigint;
  readonly firstMessage: bigint;
  readonly messageCount: number;
  readonly stateCount: number;
}

interface Taken {
  readonly reference: LockReference;
  readonly lock: LockValue;
}

/** Takes the named locks and states into the lane's next epoch. */
export async function seal(call: Call, args: SealArgs): Promise<Sealed> {
  const lane = await requireLane(call, args.laneId);
  requireSealer(call, lane, args);
  requireRecentProposal(call.sentAt, call.clock);
  const batches = new Batches(call, args.laneId);
  const taken = await takenLocks(batches, args);
  const repeated = await repeatedSeal(call, args, taken);
  if (repeated !== undefined) return repeated;

  const states = await statesOf(call, lane, args, taken);
  const entries = inSlotOrder(states, taken);
  const head = await requireHead(call, args.laneId);
  if (call.sentAt < head.sealedAt) throw new Fault('CLOCK_SKEW', 'the proposal is from before the last epoch');

  const sealed = await writeEpoch(call, lane, head, { states, entries });
  settleLocks(batches, entries, sealed);
  call.store.emit({ name: 'Sealed', ids: { laneId: args.laneId, epoch: sealed.epoch } });
  return sealed;
}

/** The registry may attest states by itself, so that a freeze does not wait for the custodian. */
function requireSealer(call: Call, lane: LaneValue, { lockIds }: SealArgs): void {
  if (lane.custodian === call.caller.mspId) return;
  if (lockIds.length > 0) requireOwner(call.caller, lane);
  requireRole(call.caller, registries);
}

async function takenLocks(batches: Batches, { lockIds }: SealArgs): Promise<readonly Taken[]> {
  if (new Set(lockIds.map((reference) => reference.lockId)).size !== lockIds.length) {
    throw new Fault('BAD_REQUEST', 'a lock id is repeated');
  }
  const taken: Taken[] = [];
  for (const reference of lockIds) {
    const lock = await batches.lock(reference);
    if (lock.place.state === 'cancelled') throw new Fault('LOCK_UNKNOWN', `${reference.lockId} was cancelled`);
    taken.push({ reference, lock });
  }
  return taken;
}

/**
 * The answer of an earlier seal of exactly these locks: a carrier that lost the first answer may ask again.
 * @throws Fault LOCK_SEALED when only some are sealed, or not together.
 */
async function repeatedSeal(call: Call, args: SealArgs, taken: readonly Taken[]): Promise<Sealed | undefined> {
  const places = taken.map(({ lock }) => lock.place);
  const first = places.find((place) => place.state === 'sealed');
  if (first === undefined) return undefined;
  const epoch = await call.store.get(call.keys.epoch(args.laneId, first.epoch));
  const isWhole =
    epoch?.messageCount === taken.length &&
    places.every((place) => place.state === 'sealed' && place.epoch === first.epoch) &&
    args.rightsIds.every((rightsId) => epoch.rightsIds.includes(rightsId));
  if (!isWhole) throw new Fault('LOCK_SEALED', `a lock is already in epoch ${first.epoch}`);
  const { firstMessage, messageCount, stateCount } = epoch;
  return { epoch: first.epoch, firstMessage, messageCount, stateCount };
}

/** In strictly ascending order of rightsId: the records of the locks and those named besides. */
async function statesOf(
  call: Call,
  lane: LaneValue,
  { rightsIds }: SealArgs,
  taken: readonly Taken[],
): Promise<readonly RecordState[]> {
  const minted = new Map<Hex, bigint>(rightsIds.map((rightsId) => [rightsId, 0n]));
  for (const { lock } of taken) minted.set(lock.rightsId, (minted.get(lock.rightsId) ?? 0n) + lock.units);
  if (minted.size > MAX_STATES) throw new Fault('TOO_MANY', `an epoch has at most ${MAX_STATES} states`);

  const states: RecordState[] = [];
  for (const rightsId of [...minted.keys()].sort()) {
    states.push(await nextState(call, lane, rightsId, minted.get(rightsId) ?? 0n));
  }
  if (taken.length === 0) await requireChange(call, lane, states);
  return states;
}

/** An epoch of states that are all attested already would only cost its delivery. */
async function requireChange(call: Call, lane: LaneValue, states: readonly RecordState[]): Promise<void> {
  for (const state of states) {
    const { attested } = await totalsOf(call, lane.laneId, state.rightsId);
    if (attested !== stateDigestOf(state)) return;
  }
  throw new Fault('EPOCH_EMPTY', 'neither a lock nor a changed state was given');
}

interface Entry extends Taken {
  readonly slot: number;
}

/** Locks of one record stay in the order in which they were given. */
function inSlotOrder(states: readonly RecordState[], taken: readonly Taken[]): readonly Entry[] {
  const slots = new Map(states.map(({ rightsId }, slot) => [rightsId, slot]));
  return taken.map((one) => ({ ...one, slot: slots.get(one.lock.rightsId) ?? 0 })).sort((a, b) => a.slot - b.slot);
}

interface Content {
  readonly states: readonly RecordState[];
  readonly entries: readonly Entry[];
}

async function writeEpoch(call: Call, lane: LaneValue, head: HeadValue, content: Content): Promise<Sealed> {
  const { keys, store } = call;
  const { laneId } = lane;
  const sealed: Sealed = {
    epoch: head.epoch + 1n,
    firstMessage: head.nextMessage,
    messageCount: content.entries.length,
    stateCount: content.states.length,
  };
  const words = wordsOf(content);
  const details = detailsOf(content);
  const header = await headerOf(call, lane, { head, sealed, words, details });

  store.putRaw(keys.header(laneId, sealed.epoch), header);
  store.put(keys.epoch(laneId, sealed.epoch), {
    firstMessage: sealed.firstMessage,
    messageCount: sealed.messageCount,
    stateCount: sealed.stateCount,
    words: hexFromBytes(words),
    details,
    rightsIds: content.states.map(({ rightsId }) => rightsId),
  });
  store.put(keys.head(laneId), {
    epoch: sealed.epoch,
    previousHeader: headerHashOf(header),
    nextMessage: sealed.firstMessage + BigInt(sealed.messageCount),
    sealedAt: call.sentAt,
  });
  for (const state of content.states) writeTotals(call, laneId, state);
  await indexMessages(call, laneId, sealed);
  return sealed;
}

interface HeaderParts {
  readonly head: HeadValue;
  readonly sealed: Sealed;
  readonly words: Uint8Array;
  readonly details: DetailsValue;
}

/** Protocol §6.1. */
async function headerOf(call: Call, lane: LaneValue, parts: HeaderParts): Promise<Uint8Array> {
  const { head, sealed, words, details } = parts;
  const { networkId, chaincode } = call.network;
  return encodeHeader({
    assetChainId: assetChainIdOf({ networkId, channel: call.channel, chaincode }),
    laneId: lane.laneId,
    tradingChainId: lane.tradingChainId,
    bridge: lane.bridge,
    ...sealed,
    previousHeader: head.previousHeader,
    wordsHash: wordsHashOf(words),
    detailsHash: detailsHashOf(details),
    sealedAt: BigInt(call.sentAt),
    releasedThrough: (await requireOutbox(call, lane.laneId)).releasedThrough,
  });
}

function wordsOf({ states, entries }: Content): Uint8Array {
  const messages = entries.map(({ slot, lock }) => ({
    kind: 'MINT' as const,
    slot,
    recipient: lock.recipient,
    units: lock.units,
  }));
  return encodeWords({ states, messages });
}

function detailsOf({ entries }: Content): DetailsValue {
  return {
    locks: entries.map(({ reference: { lockId }, lock: { rightsId, account, units, reference } }) => ({
      lockId,
      rightsId,
      account,
      units,
      reference,
    })),
  };
}

function writeTotals(call: Call, laneId: bigint, state: RecordState): void {
  call.store.put(call.keys.totals(laneId, state.rightsId), {
    rightsId: state.rightsId,
    sealed: state.sealedUnits,
    released: state.releasedUnits,
    attested: stateDigestOf(state),
  });
}

/** At most 256 messages lie in at most two blocks. */
async function indexMessages(call: Call, laneId: bigint, sealed: Sealed): Promise<void> {
  const { epoch, firstMessage, messageCount } = sealed;
  if (messageCount === 0) return;
  const last = (firstMessage + BigInt(messageCount) - 1n) / MESSAGE_BLOCK;
  for (let block = firstMessage / MESSAGE_BLOCK; block <= last; block++) {
    const at = call.keys.messages(laneId, block);
    const epochs = (await call.store.get(at))?.epochs ?? [];
    call.store.put(at, { epochs: [...epochs, { epoch, firstMessage }] });
  }
}

function settleLocks(batches: Batches, entries: readonly Entry[], { epoch, firstMessage }: Sealed): void {
  entries.forEach(({ reference }, i) => {
    batches.settle(reference, { state: 'sealed', epoch, message: firstMessage + BigInt(i) });
  });
  batches.write();
}
