import {
  accountFromBytes32,
  bytesFromHex,
  checkpointDigestOf,
  Fault,
  hexField,
  laneIdField,
  outboxHeadAfter,
  outboxHeadAfterHash,
  provenOutboxHead,
  requireQuorum,
  rightsIdField,
  UNCLAIMED_ACCOUNT,
  uint64Field,
  uintFromBytes,
  wordField,
} from '@twinspan/protocol';
import type { Hex, OutboxEntry } from '@twinspan/protocol';
import { z } from 'zod';
import type { Call } from '../call.ts';
import { anyDecimal, proofField } from '../ledger/fields.ts';
import type { LaneValue, OutboxValue, TotalsValue } from '../ledger/values.ts';
import { requireRecentProposal } from '../ledgerClock.ts';
import { credit } from './holdings.ts';
import { requireLane, requireOutbox } from './lanes.ts';
import { sourceOf } from './messages.ts';
import { spendWindow } from './releaseWindow.ts';
import { totalsOf } from './states.ts';

const releaseArg = z.strictObject({
  index: uint64Field,
  kind: z.enum(['REDEEM', 'BOUNCE']),
  rightsId: rightsIdField,
  units: anyDecimal,
  target: wordField,
});

export const releaseArgs = z.strictObject({
  laneId: laneIdField,
  releases: z.array(releaseArg).min(1).max(1024),
  /**
   * Hashes of the entries behind `releases`, up to the proven head. With them a backlog longer than one call can be
   * worked off although only its newest head can still be proven.
   */
  following: z.array(wordField).max(8192).default([]),
  checkpoint: z.strictObject({ blockNumber: uint64Field, blockHash: wordField, stateRoot: wordField }),
  signatures: z.array(hexField(65)).max(64),
  accountProof: proofField,
  storageProof: proofField,
});

type ReleaseArgs = z.output<typeof releaseArgs>;

interface Waiting {
  readonly index: bigint;
  readonly rightsId: Hex;
  readonly code: 'RELEASE_LIMIT';
}

interface Released {
  readonly applied: number;
  readonly releasedThrough: bigint;
  /** The first entry that waits for its record's window, and with it all behind it. */
  readonly waiting?: Waiting;
}

/**
 * Credits what holders and bounces gave back on the trading chain. Trust enters here: a quorum of attestors vouches for
 * the state root; everything else is proven from it. Entries already applied are passed over.
 */
export async function release(call: Call, args: ReleaseArgs): Promise<Released> {
  const lane = await requireLane(call, args.laneId);
  const outbox = await requireOutbox(call, args.laneId);
  requireConsecutive(args.releases);
  const due = args.releases.filter(({ index }) => index >= outbox.releasedThrough);
  if (due.length === 0) return { applied: 0, releasedThrough: outbox.releasedThrough };

  requireRecentProposal(call.sentAt, call.clock);
  await requireAttested(call, lane, args);
  const provenHead = await provenOutboxHead(lane, args.checkpoint.stateRoot, args);
  requireChain(outbox, due, args.following, provenHead);

  const { head, applied, waiting } = await applyAll(call, lane, outbox, due);
  const releasedThrough = outbox.releasedThrough + BigInt(applied);
  if (applied > 0) {
    call.store.put(call.keys.outbox(args.laneId), { releasedThrough, head });
    call.store.emit({ name: 'Released', ids: { laneId: args.laneId, releasedThrough } });
  }
  return { applied, releasedThrough, ...(waiting === undefined ? {} : { waiting }) };
}

function requireConsecutive(releases: readonly OutboxEntry[]): void {
  releases.forEach(({ index }, i) => {
    const before = releases[i - 1];
    if (before !== undefined && index !== before.index + 1n) {
      throw new Fault('OUTBOX_MISMATCH', `release ${index} stands behind ${before.index}`);
    }
  });
}

/** @throws Fault ATTESTORS_UNSET, QUORUM_MISSING, SIGNER_ORDER, SIGNER_UNKNOWN or SIGNATURE_BAD. */
async function requireAttested(call: Call, lane: LaneValue, args: ReleaseArgs): Promise<void> {
  const set = await call.store.get(call.keys.attestors());
  if (set === undefined) throw new Fault('ATTESTORS_UNSET', 'no attestor set is in force');
  requireQuorum(set, checkpointDigestOf(lane, args.checkpoint), args.signatures);
}

/** @throws Fault OUTBOX_MISMATCH unless the entries lead from the lane's own head to the proven one. */
function requireChain(
  outbox: OutboxValue,
  due: readonly OutboxEntry[],
  following: readonly Hex[],
  provenHead: Hex,
): void {
  if (due[0]?.index !== outbox.releasedThrough) {
    throw new Fault('OUTBOX_MISMATCH', `entry ${outbox.releasedThrough} is next`);
  }
  for (const { units } of due) {
    if (units >> 80n !== 0n) throw new Fault('UNITS_RANGE', 'a release has units above 80 bits');
  }
  const head = following.reduce(outboxHeadAfterHash, due.reduce(outboxHeadAfter, outbox.head));
  if (head !== provenHead) throw new Fault('OUTBOX_MISMATCH', 'the releases do not lead to the proven head');
}

interface Progress {
  readonly head: Hex;
  readonly applied: number;
  readonly waiting?: Waiting;
}

/** In order, up to the first entry that its record's window does not let through. */
async function applyAll(
  call: Call,
  lane: LaneValue,
  outbox: OutboxValue,
  due: readonly OutboxEntry[],
): Promise<Progress> {
  let head = outbox.head;
  for (const [applied, entry] of due.entries()) {
    const { index, rightsId, units } = entry;
    const totals = await requireSealed(call, lane, entry);
    const account = await accountOf(call, lane, entry);
    if (!(await spendWindow(call, rightsId, units))) {
      return { head, applied, waiting: { index, rightsId, code: 'RELEASE_LIMIT' } };
    }

    call.store.put(call.keys.totals(lane.laneId, rightsId), { ...totals, released: totals.released + units });
    await credit(call, rightsId, account, units);
    head = outboxHeadAfter(head, entry);
  }
  return { head, applied: due.length };
}

/** @throws Fault RELEASE_EXCEEDS_SEALED: whatever attestors sign, no more comes back than has left. */
async function requireSealed(call: Call, lane: LaneValue, entry: OutboxEntry): Promise<TotalsValue> {
  const totals = await totalsOf(call, lane.laneId, entry.rightsId);
  if (totals.sealed === 0n || totals.released + entry.units > totals.sealed) {
    throw new Fault('RELEASE_EXCEEDS_SEALED', `release ${entry.index} exceeds what is sealed of ${entry.rightsId}`);
  }
  return totals;
}

async function accountOf(call: Call, lane: LaneValue, entry: OutboxEntry): Promise<string> {
  if (entry.kind === 'REDEEM') return accountFromBytes32(entry.target) ?? UNCLAIMED_ACCOUNT;
  const source = await sourceOf(call, lane.laneId, uintFromBytes(bytesFromHex(entry.target, 32)));
  if (source?.rightsId !== entry.rightsId || source.units !== entry.units) {
    throw new Fault('OUTBOX_MISMATCH', `bounce ${entry.index} is not a message of the lane`);
  }
  return source.account;
}
