import { z } from 'zod';
import { contentsRow, holdRow, pauseRow, recordRow, releasedRow, releaseRow } from './chronicleRows.ts';
import type { ContentsRow, HoldRow, PauseRow, RecordRow, ReleasedRow, ReleaseRow } from './chronicleRows.ts';
import type { CommitPoint } from './commitPoints.ts';
import { bigintField, hexField, holdReasonField } from './fields.ts';
import type { Job } from './jobQueue.ts';
import { JobQueue } from './jobQueue.ts';
import { openStore } from './openStore.ts';
import type { Store } from './table.ts';
import { Table } from './table.ts';
import { Writes } from './writes.ts';

const cursor = z.object({ block: bigintField, txId: z.string().optional() });
const blockPlace = z.object({ block: bigintField, hash: hexField });
const follow = blockPlace.extend({
  /** Applied blocks from the final one on, in order. */
  recent: z.array(blockPlace),
  final: blockPlace.optional(),
  /** A block that was final and is replaced: nothing is attested until people have settled it. */
  replacedFinal: blockPlace.optional(),
});
const place = z.object({ block: bigintField, txHash: hexField });
const epoch = z.object({
  laneId: bigintField,
  epoch: bigintField,
  firstMessage: bigintField,
  messageCount: z.int(),
  stateCount: z.int(),
  /** Unix seconds. */
  sealedAt: bigintField,
  isFinal: z.boolean(),
});
const bundle = z.object({
  laneId: bigintField,
  epoch: bigintField,
  payload: hexField,
  endorsements: hexField,
  words: hexField,
});
const held = z.object({
  laneId: bigintField,
  message: bigintField,
  rightsId: hexField,
  recipient: hexField,
  units: bigintField,
  /** Unix seconds. */
  heldAt: z.int(),
  reason: holdReasonField,
});
const heldOf = z.object({ laneId: bigintField, message: bigintField });
const outboxEntry = z.object({
  laneId: bigintField,
  index: bigintField,
  kind: z.enum(['REDEEM', 'BOUNCE']),
  rightsId: hexField,
  units: bigintField,
  target: hexField,
  block: bigintField,
});
const attestation = z.object({
  blockNumber: bigintField,
  blockHash: hexField,
  stateRoot: hexField,
  attestor: hexField,
  signature: hexField,
  /** Own ones come from `self`. */
  seen: z.object({ atMs: z.int(), from: z.string() }),
});
const evidence = z.object({
  attestor: hexField,
  blockNumber: bigintField,
  statements: z.tuple([attestation, attestation]),
});
const signed = z.object({
  blockNumber: bigintField,
  blockHash: hexField,
  stateRoot: hexField,
  /** What was signed of older blocks is forgotten. */
  isFloor: z.boolean(),
});
/** One nonce of one of this node's signer keys. */
const sentAs = z.object({ sender: hexField, nonce: z.int() });
const submission = sentAs.extend({
  purpose: z.string(),
  gas: bigintField,
  maxFeePerGas: bigintField,
  maxPriorityFeePerGas: bigintField,
  /** Every version that was ever signed, newest last; each is kept before it is sent. */
  hashes: z.array(hexField).min(1),
  /** When the first version was sent. */
  addedAtMs: z.int(),
  /** When the newest version was sent. */
  sentAtMs: z.int(),
});
const proof = z.object({
  commitments: z.array(hexField),
  bounds: z.array(bigintField),
  proof: z.array(bigintField),
  policy: bigintField,
  rightsIds: z.array(hexField),
});

const atEpoch = z.object({ laneId: bigintField, epoch: bigintField });
const onTheWay = atEpoch.extend({ sentAs: sentAs.optional() });
const atMessage = z.object({ laneId: bigintField, message: bigintField, reason: holdReasonField });
const ofRecord = z.object({ rightsId: hexField });
const sentProof = proof.extend({ sentAs });
const atBlock = z.object({ blockNumber: bigintField });
const ofLane = z.object({ laneId: bigintField });
const through = ofLane.extend({ through: bigintField });
const laneAtBlock = ofLane.extend({ blockNumber: bigintField });

export type { ContentsRow, HoldRow, PauseRow, RecordRow, ReleasedRow, ReleaseRow };
export type Cursor = z.infer<typeof cursor>;
export type FollowRow = z.infer<typeof follow>;
export type EpochRow = z.infer<typeof epoch>;
export type PlaceRow = z.infer<typeof place>;
export type BundleRow = z.infer<typeof bundle>;
export type HeldRow = z.infer<typeof held>;
export type HeldOfRow = z.infer<typeof heldOf>;
export type OutboxRow = z.infer<typeof outboxEntry>;
export type AttestationRow = z.infer<typeof attestation>;
export type EvidenceRow = z.infer<typeof evidence>;
export type SignedRow = z.infer<typeof signed>;
export type SentAs = z.infer<typeof sentAs>;
export type SubmissionRow = z.infer<typeof submission>;
export type AtEpoch = z.infer<typeof atEpoch>;
export type OnTheWay = z.infer<typeof onTheWay>;
export type AtMessage = z.infer<typeof atMessage>;
export type OfRecord = z.infer<typeof ofRecord>;
export type ProofBody = z.infer<typeof proof>;
export type SentProof = z.infer<typeof sentProof>;
export type AtBlock = z.infer<typeof atBlock>;
export type OfLane = z.infer<typeof ofLane>;
export type Through = z.infer<typeof through>;
export type LaneAtBlock = z.infer<typeof laneAtBlock>;

function job<Body>(body: z.ZodType<Body>): z.ZodType<Job<Body>> {
  return z.object({
    id: z.string(),
    body,
    attempts: z.int(),
    notBeforeMs: z.int(),
    addedAtMs: z.int(),
    parked: z.object({ code: z.string(), sentence: z.string() }).optional(),
  });
}

/** One line per table; a name is never used again for something else. */
export interface Tables {
  readonly cursors: Table<Cursor>; //              asset            -> last position fully applied
  readonly follows: Table<FollowRow>; //           trading          -> last block fully applied, and what is final
  readonly epochs: Table<EpochRow>; //             lane/epoch       -> what is known of a sealed epoch; bounded by `retention.epochs`
  readonly deliveries: Table<PlaceRow>; //         lane/epoch       -> where an epoch was delivered, as the trading chain told it last
  readonly bundles: Table<BundleRow>; //           lane/epoch       -> all that a carrier needs; of a lane the last 256 final ones too
  readonly held: Table<HeldRow>; //                lane/message     -> a message held on the trading chain
  readonly heldOf: Table<HeldOfRow>; //            rightsId/lane/message -> a held message of a record
  readonly settled: Table<HeldRow>; //             block/lane/msg   -> a hold that ended in a block not yet final
  readonly outbox: Table<OutboxRow>; //            lane/index       -> an entry not yet released
  readonly attestations: Table<AttestationRow>; // block/attestor   -> a checked signature over a checkpoint
  readonly evidence: Table<EvidenceRow>; //         attestor/block   -> two checkpoints that one attestor signed
  readonly signed: Table<SignedRow>; //             block            -> what the own attestor signed, for never another
  readonly submissions: Table<SubmissionRow>; //   sender/nonce     -> a transaction of ours on its way
  readonly contents: Table<ContentsRow>; //         lane/epoch       -> what an epoch carries, for those who ask
  readonly holds: Table<HoldRow>; //               lane/message     -> the life of a message that was ever held
  readonly releases: Table<ReleaseRow>; //         lane/index       -> the life of an outbox entry
  readonly released: Table<ReleasedRow>; //        lane             -> how far its outbox is applied
  readonly records: Table<RecordRow>; //           lane/rightsId    -> the newest attested state of a record
  readonly pauses: Table<PauseRow>; //             lane             -> a lane that an operator stopped here
  readonly queues: Queues;
  writes(point: CommitPoint): Writes;
  close(): Promise<void>;
}

/** The jobs of each stage. */
export type Queues = Readonly<{
  seal: JobQueue<OfLane>; //              lane             -> a seal that failed
  endorse: JobQueue<AtEpoch>; //          lane/epoch       -> an epoch without a bundle
  deliver: JobQueue<AtEpoch>; //          lane/epoch       -> a bundle to carry
  confirmMint: JobQueue<OnTheWay>; //     lane/epoch       -> a delivery that is not final
  retry: JobQueue<AtMessage>; //          lane/message     -> a held message
  prove: JobQueue<OfRecord>; //           rightsId         -> a record to look at
  submitProof: JobQueue<ProofBody>; //    commitments      -> a proof to carry
  confirmProof: JobQueue<SentProof>; //   commitments      -> a proof that is not final
  attest: JobQueue<AtBlock>; //           block            -> a checkpoint to sign
  release: JobQueue<LaneAtBlock>; //      lane/block       -> a checkpoint to release by
  confirmRelease: JobQueue<Through>; //   lane             -> releases to see on the own peer
}>;

/** Opens the store in `directory`, which is made when absent. */
export async function openTables(directory: string, clock: () => number = Date.now): Promise<Tables> {
  const db = await openStore(directory);
  const tables = tablesIn(db, clock);
  await openQueues(tables.queues, db);
  return tables;
}

/** The tables of an open store; their queues are still empty. */
export function tablesIn(db: Store, clock: () => number): Tables {
  return {
    cursors: new Table(db, 'cursors', cursor),
    follows: new Table(db, 'follows', follow),
    epochs: new Table(db, 'epochs', epoch),
    deliveries: new Table(db, 'deliveries', place),
    bundles: new Table(db, 'bundles', bundle),
    held: new Table(db, 'held', held),
    heldOf: new Table(db, 'held-of-record', heldOf),
    settled: new Table(db, 'settled', held),
    outbox: new Table(db, 'outbox', outboxEntry),
    attestations: new Table(db, 'attestations', attestation),
    evidence: new Table(db, 'evidence', evidence),
    signed: new Table(db, 'signed', signed),
    submissions: new Table(db, 'submissions', submission),
    contents: new Table(db, 'contents', contentsRow),
    holds: new Table(db, 'holds', holdRow),
    releases: new Table(db, 'releases', releaseRow),
    released: new Table(db, 'released', releasedRow),
    records: new Table(db, 'records', recordRow),
    pauses: new Table(db, 'pauses', pauseRow),
    queues: queuesIn(db, clock),
    writes: (point) => new Writes(db, point),
    close: () => db.close(),
  };
}

async function openQueues(queues: Queues, db: Store): Promise<void> {
  try {
    for (const queue of Object.values(queues)) await queue.open();
  } catch (error) {
    await db.close();
    throw error;
  }
}

function queuesIn(db: Store, clock: () => number): Queues {
  const queue = <Body>(name: string, body: z.ZodType<Body>): JobQueue<Body> =>
    new JobQueue(new Table(db, name, job(body)), clock);
  return {
    seal: queue('jobs-mint-seal', ofLane),
    endorse: queue('jobs-mint-endorse', atEpoch),
    deliver: queue('jobs-mint-deliver', atEpoch),
    confirmMint: queue('jobs-mint-confirm', onTheWay),
    retry: queue('jobs-mint-retry', atMessage),
    prove: queue('jobs-back-prove', ofRecord),
    submitProof: queue('jobs-back-submit', proof),
    confirmProof: queue('jobs-back-confirm', sentProof),
    attest: queue('jobs-release-attest', atBlock),
    release: queue('jobs-release-release', laneAtBlock),
    confirmRelease: queue('jobs-release-confirm', through),
  };
}
