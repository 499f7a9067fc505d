import { Fault } from '@twinspan/protocol';
import type { Job } from '../db/jobQueue.ts';
import type { Through } from '../db/tables.ts';
import { queueStage } from '../queueStage.ts';
import type { Stage } from '../stage.ts';
import { dropLaneJobs } from './laneJobs.ts';
import type { ReleaseModules, ReleaseOptions } from './modules.ts';
import type { OutboxBook } from './outboxBook.ts';

/** Attestations are kept for so many blocks behind the released ones, for nodes that ask again. */
const KEEP_BLOCKS = 64n;

/** Clears what is released: as the own org's peer says, where a commit is final, or as the bridge acknowledged. */
export function confirmReleaseStage(
  options: ReleaseOptions,
  modules: ReleaseModules,
  book: OutboxBook,
): Stage<Job<Through>> {
  return queueStage({
    name: 'release-confirm',
    queue: modules.tables.queues.confirmRelease,
    tables: modules.tables,
    idleMs: options.idleMs,
    run: (job) => confirm(job, modules, book),
    transferId: ({ laneId }) => `${laneId}/outbox`,
  });
}

async function confirm(job: Job<Through>, modules: ReleaseModules, book: OutboxBook): Promise<void> {
  const { laneId, through } = job.body;
  const { tables, attestations, metrics, log } = modules;
  const releasedThrough = await modules.releasedThrough(laneId);
  if (releasedThrough < through) throw new Fault('SUBMIT_UNCERTAIN', `the peer has released ${releasedThrough} only`);
  const rows = book.below(laneId, releasedThrough);
  const writes = tables.writes('release-confirm/confirmed');
  for (const row of rows) book.drop(row, writes);
  dropLaneJobs(laneId, (block) => book.isReleased(laneId, block, releasedThrough), tables, writes);
  const lastBlock = rows.reduce((last, row) => (row.block > last ? row.block : last), 0n);
  if (lastBlock > KEEP_BLOCKS) attestations.prune(lastBlock - KEEP_BLOCKS, writes);
  if (tables.queues.confirmRelease.isNewest(job)) tables.queues.confirmRelease.remove(writes, job.id);
  await writes.commit();
  if (rows.length === 0) return;
  metrics.list.released.inc(rows.length);
  log.info(
    { stage: 'release-confirm', transferId: `${laneId}/outbox/${releasedThrough - 1n}`, entries: rows.length },
    'confirmed',
  );
}
