import type { BridgeEvent } from '@twinspan/sdk';
import { attestorAddressOf } from '@twinspan/protocol';
import { laneKey } from '../db/keys.ts';
import type { OutboxRow } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Observer } from '../observer.ts';
import { rankOf } from '../rank.ts';
import { checkpointFor } from './checkpointChoice.ts';
import { MOST_BLOCKS_BEHIND } from './checkpointToSign.ts';
import { dropLaneJobs } from './laneJobs.ts';
import type { ReleaseModules, ReleaseOptions } from './modules.ts';
import type { OutboxBook } from './outboxBook.ts';

/** Attestations of older blocks are forgotten, used or not: one attestor can sign every block there is. */
const KEEP_BLOCKS = 4_096n;

/**
 * Outbox entries, once final, ask for a checkpoint. Releases are seen on the asset chain, or without a gateway by what the
 * bridge has acknowledged of them; either asks for confirmation.
 */
export function releaseObserver(options: ReleaseOptions, modules: ReleaseModules, book: OutboxBook): Observer {
  return {
    onTrading: (event, writes) => {
      if (event.name === 'Outboxed') append(event, writes, modules, book);
      if (event.name === 'EpochDelivered' && options.turns === undefined) confirmThrough(event, writes, modules);
      return Promise.resolve();
    },
    onAsset: (event, writes) => {
      if (event.name === 'Released') confirmThrough(event, writes, modules);
      // What was refused for want of a set, or by another set, may pass now.
      if (event.name === 'AttestorsApproved') modules.tables.queues.release.rouseFailed(writes);
      return Promise.resolve();
    },
    onHead: ({ final }, writes) => {
      if (final > KEEP_BLOCKS) modules.attestations.prune(final - KEEP_BLOCKS, writes);
      // What is so old nobody needs; it would wait for ever.
      modules.attestations.giveUp(final - MOST_BLOCKS_BEHIND, writes);
      for (const laneId of book.lanes()) wantCheckpoint(laneId, final, writes, options, modules, book);
      return Promise.resolve();
    },
    onReorg: (kept, writes) => {
      for (const row of book.after(kept)) book.drop(row, writes);
      return Promise.resolve();
    },
  };
}

type Outboxed = Extract<BridgeEvent, { name: 'Outboxed' }>;

function append(event: Outboxed, writes: Writes, { tables, log }: ReleaseModules, book: OutboxBook): void {
  const { laneId, index, kind, rightsId, units, target, blockNumber } = event;
  const row: OutboxRow = { laneId, index, kind, rightsId, units, target, block: blockNumber };
  book.keep(row, writes);
  // To a node that starts late an old entry is news: it may be released long since.
  confirmThrough({ laneId }, writes, { tables });
  log.info({ transferId: `${laneId}/outbox/${index}`, kind, block: blockNumber.toString() }, 'outboxed');
}

interface Through {
  readonly laneId: bigint;
  /** What must be confirmed; absent: whatever is released by now. */
  readonly releasedThrough?: bigint;
}

function confirmThrough(seen: Through, writes: Writes, { tables }: Pick<ReleaseModules, 'tables'>): void {
  const { laneId, releasedThrough = 0n } = seen;
  const id = laneId.toString();
  const through = tables.queues.confirmRelease.get(id)?.body.through ?? 0n;
  tables.queues.confirmRelease.add(writes, id, {
    laneId,
    through: through > releasedThrough ? through : releasedThrough,
  });
}

function wantCheckpoint(
  laneId: bigint,
  final: bigint,
  writes: Writes,
  options: ReleaseOptions,
  modules: ReleaseModules,
  book: OutboxBook,
): void {
  const { attestations, tables } = modules;
  const { queues } = tables;
  const blockNumber = checkpointFor((block) => book.newestThrough(laneId, block)?.block, final, options.checkpoints);
  if (blockNumber === undefined || queues.release.get(laneKey(laneId, blockNumber)) !== undefined) return;
  const { attestorKey, turns } = options;
  if (attestorKey !== undefined) attestations.wish(blockNumber, attestorAddressOf(attestorKey), writes);
  if (turns === undefined) return;
  const rank = rankOf(turns.node, turns.gateways, `release/${laneId}/${blockNumber}`);
  const notBeforeMs = modules.clock() + rank * turns.releaseDelayMs;
  // Older ones may still be gathering signatures; those that another checkpoint has come again for have had their time.
  dropLaneJobs(laneId, (block) => block < blockNumber - options.checkpoints.againBlocks, tables, writes);
  queues.release.addOnce(writes, laneKey(laneId, blockNumber), { laneId, blockNumber }, { notBeforeMs });
}
