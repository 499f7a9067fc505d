import {
  bytesFromHex,
  decodeHeader,
  decodeWordsOf,
  EMPTY_OUTBOX_HEAD,
  headerHashOf,
  headerOfPayload,
  improvesBound,
  outboxHeadAfterAll,
  packPolicy,
  unpackBound,
  ZERO_WORD,
} from '@twinspan/protocol';
import type { Bound, BridgeLane, EpochHeader, Hex, Message, Policy } from '@twinspan/protocol';
import type { BridgeChange, BridgeSupply, HeldMessage, HoldReason, LocatedOutboxEntry } from '@twinspan/sdk';
import { decodeFunctionData, parseAbi } from 'viem';
import { LANE, RIGHTS } from './memoryAsset.ts';

export const BRIDGE: Hex = `0x${'0c'.repeat(20)}`;
export const BACKINGS: Hex = `0x${'0b'.repeat(20)}`;

const bridgeAbi = parseAbi([
  'function deliver(bytes payload, bytes endorsements, bytes words)',
  'function retry((uint64 laneId, uint64 message, bytes32 rightsId, address recipient, uint80 units, uint40 heldAt) held)',
]);
const backingsAbi = parseAbi(['function prove(bytes32[] commitments, uint256[] bounds, uint256[8] proof)']);

/** What the contracts hold. Acts make new ones of it and leave the old ones alone, so blocks can be taken back. */
export interface BridgeState {
  readonly lanes: ReadonlyMap<bigint, BridgeLane>;
  /** Units by recipient. */
  readonly balances: ReadonlyMap<Hex, bigint>;
  readonly held: ReadonlyMap<bigint, HeldMessage>;
  /** Entries that are not acknowledged as released, and the chain of hashes over all that ever were. */
  readonly outbox: readonly LocatedOutboxEntry[];
  readonly outboxHead: Hex;
  readonly outboxed: { readonly entries: bigint; readonly units: bigint };
  /** By policy and commitment. */
  readonly bounds: ReadonlyMap<string, Bound>;
  /** Of the one record, as last attested. */
  readonly sealedUnits: bigint;
  readonly commitment: Hex | undefined;
  readonly isListed: boolean;
  /** Without one everything is minted at once. */
  readonly policy: Policy | undefined;
}

export interface Effect {
  readonly state: BridgeState;
  readonly changes: readonly BridgeChange[];
}

/** A transaction as a function; undefined when it reverts. */
export type Act = (
  state: BridgeState,
  place: { readonly blockNumber: bigint; readonly txHash: Hex },
) => Effect | undefined;

export const TOKEN: Hex = `0x${'0d'.repeat(20)}`;

const EMPTY_LANE: BridgeLane = {
  epoch: 0n,
  previousHeader: ZERO_WORD,
  nextMessage: 0n,
  sealedAt: 0,
  releasedThrough: 0n,
};

export const EMPTY_BRIDGE: BridgeState = {
  lanes: new Map(),
  balances: new Map(),
  held: new Map(),
  outbox: [],
  outboxHead: EMPTY_OUTBOX_HEAD,
  outboxed: { entries: 0n, units: 0n },
  bounds: new Map(),
  sealedUnits: 0n,
  commitment: undefined,
  isListed: false,
  policy: undefined,
};

export function boundKey(policy: bigint, commitment: Hex): string {
  return `${policy}/${commitment}`;
}

export function holdReasonOf({ policy, isListed, bounds, commitment }: BridgeState): HoldReason | undefined {
  if (policy === undefined) return undefined;
  if (!isListed) return 'RECORD_NOT_LISTED';
  const isBacked = commitment !== undefined && bounds.has(boundKey(packPolicy(policy), commitment));
  return isBacked ? undefined : 'RECORD_NOT_BACKED';
}

export function laneIn({ lanes }: BridgeState, laneId: bigint): BridgeLane {
  return lanes.get(laneId) ?? EMPTY_LANE;
}

interface Calldata {
  readonly to: Hex;
  readonly data: Hex;
}

/** What a call does; undefined for an empty one. */
export function actOf({ to, data }: Calldata): Act | undefined {
  if (data === '0x') return undefined;
  if (to === BACKINGS) {
    const [commitments, bounds] = decodeFunctionData({ abi: backingsAbi, data }).args;
    return prove(commitments, bounds.map(unpackBound));
  }
  const { functionName, args } = decodeFunctionData({ abi: bridgeAbi, data });
  return functionName === 'deliver' ? deliver(args[0], args[2]) : retry(args[0].message);
}

/** Of a delivery; undefined for any other call. */
export function headerIn({ to, data }: Calldata): EpochHeader | undefined {
  if (to !== BRIDGE || data === '0x') return undefined;
  const { functionName, args } = decodeFunctionData({ abi: bridgeAbi, data });
  return functionName === 'deliver' ? decodeHeader(headerOfPayload(bytesFromHex(args[0]), 'rights')) : undefined;
}

function deliver(payload: Hex, words: Hex): Act {
  return (before) => {
    const raw = headerOfPayload(bytesFromHex(payload), 'rights');
    const header = decodeHeader(raw);
    const { laneId, epoch, firstMessage, messageCount } = header;
    const lane = laneIn(before, laneId);
    if (epoch !== lane.epoch + 1n) return undefined;
    const headerHash = headerHashOf(raw);
    const { states, messages } = decodeWordsOf(header, bytesFromHex(words));
    const nextMessage = firstMessage + BigInt(messageCount);
    const lanes = new Map(before.lanes).set(laneId, {
      ...lane,
      epoch,
      previousHeader: headerHash,
      nextMessage,
      releasedThrough: header.releasedThrough,
    });
    const [record] = states;
    const attested =
      record === undefined ? {} : { commitment: record.recordCommitment, sealedUnits: record.sealedUnits };
    const outbox = before.outbox.filter(({ index }) => index >= header.releasedThrough);
    const state = { ...before, lanes, outbox, ...attested };
    const taken = take(state, header, messages);
    const delivered = { laneId, epoch, headerHash, firstMessage, messageCount };
    return { state: taken.state, changes: [{ name: 'EpochDelivered', ...delivered }, ...taken.changes] };
  };
}

function take(state: BridgeState, header: EpochHeader, messages: readonly Message[]): Effect {
  const reason = holdReasonOf(state);
  const balances = new Map(state.balances);
  const held = new Map(state.held);
  const changes: BridgeChange[] = [];
  for (const [place, { recipient, units }] of messages.entries()) {
    const message = header.firstMessage + BigInt(place);
    if (reason === undefined) balances.set(recipient, (balances.get(recipient) ?? 0n) + units);
    else {
      const one = { laneId: header.laneId, message, rightsId: RIGHTS, recipient, units, heldAt: 1_700_000_000 };
      held.set(message, one);
      changes.push({ name: 'MessageHeld', held: one, reason });
    }
  }
  return { state: { ...state, balances, held }, changes };
}

function retry(message: bigint): Act {
  return (before) => {
    const one = before.held.get(message);
    if (one === undefined || holdReasonOf(before) !== undefined) return undefined;
    const held = new Map(before.held);
    held.delete(message);
    const balances = new Map(before.balances).set(
      one.recipient,
      (before.balances.get(one.recipient) ?? 0n) + one.units,
    );
    return { state: { ...before, held, balances }, changes: [{ name: 'HeldMinted', laneId: one.laneId, message }] };
  };
}

function prove(commitments: readonly Hex[], bounds: readonly Bound[]): Act {
  return (before) => {
    if (before.policy === undefined) return { state: before, changes: [] };
    const policy = packPolicy(before.policy);
    const stored = new Map(before.bounds);
    const changes: BridgeChange[] = [];
    for (const [place, commitment] of commitments.entries()) {
      const bound = bounds[place];
      const key = boundKey(policy, commitment);
      if (bound === undefined || !improvesBound(bound, stored.get(key))) continue;
      stored.set(key, bound);
      changes.push({ name: 'BackingProven', commitment, policy, ...bound });
    }
    return changes.length === 0 ? undefined : { state: { ...before, bounds: stored }, changes };
  };
}

/** A holder sends units home. */
export function redeem(holder: Hex, units: bigint): Act {
  return (before, place) => {
    const balance = before.balances.get(holder) ?? 0n;
    if (balance < units) return undefined;
    const entry = {
      index: before.outboxed.entries,
      kind: 'REDEEM',
      rightsId: RIGHTS,
      units,
      target: pad(holder),
    } as const;
    const balances = new Map(before.balances).set(holder, balance - units);
    const outbox = [...before.outbox, { ...entry, ...place }];
    const outboxHead = outboxHeadAfterAll(before.outboxHead, entry.index, [entry]);
    const outboxed = { entries: entry.index + 1n, units: before.outboxed.units + units };
    const state = { ...before, balances, outbox, outboxHead, outboxed };
    return { state, changes: [{ name: 'Outboxed', laneId: LANE, ...entry }] };
  };
}

export function list(): Act {
  return (before) => ({
    state: { ...before, isListed: true },
    changes: [{ name: 'Listed', rightsId: RIGHTS, laneId: LANE, token: TOKEN }],
  });
}

export function setPolicy(policy: Policy): Act {
  return (before) => ({
    state: { ...before, policy },
    changes: [{ name: 'PolicySet', policy: packPolicy(policy) }],
  });
}

export function supplyIn({ held, outboxed, sealedUnits }: BridgeState): BridgeSupply {
  const heldUnits = [...held.values()].reduce((all, { units }) => all + units, 0n);
  return { sealed: sealedUnits, released: 0n, held: heldUnits, outboxed: outboxed.units };
}

function pad(address: Hex): Hex {
  return `0x${address.slice(2).padStart(64, '0')}`;
}
