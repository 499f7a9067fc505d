import type { Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';

/** Drops the jobs of a lane that would release by checkpoints which are no longer needed. */
export function dropLaneJobs(
  laneId: bigint,
  isNeedless: (blockNumber: bigint) => boolean,
  { queues: { release } }: Tables,
  writes: Writes,
): void {
  for (const { id, body } of release.all()) {
    if (body.laneId === laneId && isNeedless(body.blockNumber)) release.remove(writes, id);
  }
}
