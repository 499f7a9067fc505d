import { attestorAddressOf, Fault, outboxEntryHashOf } from '@twinspan/protocol';
import type { AttestorSet, OutboxEntry } from '@twinspan/protocol';
import type { ReleaseResult } from '@twinspan/sdk';
import type { Job } from '../db/jobQueue.ts';
import type { LaneAtBlock } from '../db/tables.ts';
import { queueStage } from '../queueStage.ts';
import type { Stage } from '../stage.ts';
import { attestationToWire } from './attestations.ts';
import type { Quorum } from './attestations.ts';
import { dropLaneJobs } from './laneJobs.ts';
import type { ReleaseOptions, ReleasingModules } from './modules.ts';
import type { OutboxBook } from './outboxBook.ts';

/** Entries that one transaction applies; the rest of a backlog stands behind it as hashes. */
const MOST_APPLIED = 256;
/** How long attestations are waited for before one's own is announced again. */
const QUORUM_WAIT_MS = 1_000;
/** How long entries over a record's window limit wait before they are tried again. */
const LIMIT_WAIT_MS = 60_000;

/** Brings attested outbox entries to the asset chain. Any node can; one after another they do when the first does not. */
export function releaseStage(
  options: ReleaseOptions,
  modules: ReleasingModules,
  book: OutboxBook,
): Stage<Job<LaneAtBlock>> {
  const { tables } = modules;
  return queueStage({
    name: 'release-release',
    queue: tables.queues.release,
    tables,
    idleMs: options.idleMs,
    run: (job) => release(job, options, modules, book),
    transferId: ({ laneId, blockNumber }) => `${laneId}/checkpoint/${blockNumber}`,
  });
}

async function release(
  job: Job<LaneAtBlock>,
  options: ReleaseOptions,
  modules: ReleasingModules,
  book: OutboxBook,
): Promise<void> {
  const { laneId, blockNumber } = job.body;
  const { asset, trading, attestations } = modules;
  const { releasedThrough, head } = await asset.laneOutbox(laneId);
  // Before a node is asked about a block that it may have forgotten.
  if (book.isReleased(laneId, blockNumber, releasedThrough)) return finish(job, modules);
  const question = { laneId, fromIndex: releasedThrough, fromHead: head, throughBlock: blockNumber };
  const entries = await trading.outboxEntries(question);
  if (entries.length === 0) return finish(job, modules);
  const set = await attestorSet(modules);
  const quorum = attestations.quorum(blockNumber, set);
  if (quorum === undefined) return askAgain(job, options, modules);
  await requireOwnView(quorum, modules);
  const result = await submit(laneId, entries, quorum, modules);
  if (result.waiting !== undefined) return waitForLimit(job, modules);
  if (result.releasedThrough < releasedThrough + BigInt(entries.length)) return wait(job, 0, modules);
  return finish(job, modules);
}

/** Chaincode believes the quorum; whoever sees another chain says so first. @throws Fault CHECKPOINT_DIFFERS */
async function requireOwnView({ checkpoint }: Quorum, { trading, log }: ReleasingModules): Promise<void> {
  const { blockNumber, blockHash, stateRoot } = checkpoint;
  const own = await trading.block(blockNumber);
  if (own.hash === blockHash && own.stateRoot === stateRoot) return;
  const fault = new Fault(
    'CHECKPOINT_DIFFERS',
    `attestors say ${blockHash} of block ${blockNumber}, here it is ${own.hash}`,
  );
  log.error({ code: fault.code, sentence: fault.sentence }, 'attestors see another chain');
  throw fault;
}

async function attestorSet({ asset }: ReleasingModules): Promise<AttestorSet> {
  const set = await asset.attestors();
  if (set === undefined) throw new Fault('ATTESTORS_UNSET', 'no attestor set is in force');
  return set;
}

async function submit(
  laneId: bigint,
  entries: readonly OutboxEntry[],
  { checkpoint, signatures }: Quorum,
  { asset, trading, log }: ReleasingModules,
): Promise<ReleaseResult> {
  const { accountProof, storageProof } = await trading.proof(laneId, checkpoint);
  const releases = entries.slice(0, MOST_APPLIED).map(plain);
  const following = entries.slice(MOST_APPLIED).map((entry) => outboxEntryHashOf(entry));
  const { result, txId } = await asset.release({
    laneId,
    releases,
    ...(following.length === 0 ? {} : { following }),
    checkpoint,
    signatures,
    accountProof,
    storageProof,
  });
  const transferId = `${laneId}/outbox/${entries[0]?.index ?? 0n}`;
  log.info({ stage: 'release-release', transferId, applied: result.applied, txId }, 'released');
  return result;
}

function plain({ index, kind, rightsId, units, target }: OutboxEntry): OutboxEntry {
  return { index, kind, rightsId, units, target };
}

/** Someone has not signed, or has not been heard: one's own signature is sent once more. */
async function askAgain(job: Job<LaneAtBlock>, options: ReleaseOptions, modules: ReleasingModules): Promise<void> {
  const { attestorKey } = options;
  const own =
    attestorKey === undefined
      ? undefined
      : modules.attestations.get(job.body.blockNumber, attestorAddressOf(attestorKey));
  if (own !== undefined && job.attempts > 0) modules.announceAttestation(attestationToWire(own));
  await wait(job, QUORUM_WAIT_MS, modules);
}

async function wait(job: Job<LaneAtBlock>, waitMs: number, { tables }: ReleasingModules): Promise<void> {
  // It may have become needless meanwhile: then it is not to come back.
  if (tables.queues.release.get(job.id) === undefined) return;
  const writes = tables.writes('release-release/wait');
  tables.queues.release.postpone(writes, job, waitMs);
  await writes.commit();
}

/** One job a lane asks again; older ones would ask for less of the same. */
async function waitForLimit(job: Job<LaneAtBlock>, modules: ReleasingModules): Promise<void> {
  const { laneId, blockNumber } = job.body;
  const writes = modules.tables.writes('release-release/wait');
  dropLaneJobs(laneId, (block) => block < blockNumber, modules.tables, writes);
  await writes.commit();
  await wait(job, LIMIT_WAIT_MS, modules);
}

async function finish(job: Job<LaneAtBlock>, { tables }: ReleasingModules): Promise<void> {
  const writes = tables.writes('release-release/done');
  tables.queues.release.remove(writes, job.id);
  await writes.commit();
}
