import { laneKey } from '../db/keys.ts';
import type { Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';

/** Epochs of a lane whose contents are kept: half a million messages. */
const KEEP_EPOCHS = 2_048n;
const MESSAGES_AN_EPOCH = 256n;
/** Holds and releases are forgotten in passing, every so many epochs so many at most. */
const SWEEP = { everyEpochs: 64n, most: 1_024 };

/** What is older than anybody asks for leaves with the epoch that comes, so that the store does not grow. */
export async function forgetOld(
  laneId: bigint,
  epoch: bigint,
  firstMessage: bigint,
  writes: Writes,
  tables: Tables,
): Promise<void> {
  if (epoch > KEEP_EPOCHS) writes.del(tables.contents, laneKey(laneId, epoch - KEEP_EPOCHS));
  const oldest = firstMessage - KEEP_EPOCHS * MESSAGES_AN_EPOCH;
  if (epoch % SWEEP.everyEpochs !== 0n || oldest <= 0n) return;
  const range = { from: laneKey(laneId, 0n), to: laneKey(laneId, oldest), limit: SWEEP.most };
  for await (const [key, row] of tables.holds.entries(range))
    if (row.ended !== undefined) writes.del(tables.holds, key);
  for await (const [key, row] of tables.releases.entries(range))
    if (row.released !== undefined) writes.del(tables.releases, key);
}
