import { laneKey, laneRange, numberKey } from '../db/keys.ts';
import type { EpochRow, ReleaseRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Heads } from '../heads.ts';

/** Epochs of a lane whose contents are kept at most: half a million messages. */
const KEEP_CONTENTS = 2_048;
/** Messages, and outbox entries, of a lane whose lives are kept at most. */
const KEEP_LIVES = 524_288n;
/** Old rows are forgotten in passing, every so many epochs so many at most. */
const SWEEP = { everyEpochs: 64n, most: 1_024 };

export interface Retention {
  /** Final epochs of a lane that are kept. */
  readonly epochs: number;
}

interface Modules {
  readonly tables: Tables;
  readonly heads: Heads;
  readonly retention: Retention;
}

interface Delivered {
  readonly laneId: bigint;
  readonly epoch: bigint;
  readonly firstMessage: bigint;
}

/** What is older than anybody asks for leaves with the epochs that come, so that the store does not grow. */
export async function forgetOld(delivered: Delivered, writes: Writes, modules: Modules): Promise<void> {
  const { laneId, epoch } = delivered;
  if (epoch % SWEEP.everyEpochs !== 0n) return;
  const { tables, retention } = modules;
  const keep = BigInt(Math.min(KEEP_CONTENTS, retention.epochs));
  if (epoch > keep) await forgetContents(laneId, epoch - keep, writes, tables);
  const through = epoch - BigInt(retention.epochs);
  // What happened up to here is told no longer than the epoch itself.
  const edge = through > 0n ? await edgeOf(laneKey(laneId, through), tables) : undefined;
  if (through > 0n) await forgetEpochs(laneId, through, writes, modules);
  await forgetHolds(delivered, edge, writes, tables);
  await forgetReleases(laneId, edge, writes, tables);
}

/** The newest epoch that is not told any more. */
interface Edge {
  readonly firstMessage: bigint | undefined;
  readonly block: bigint | undefined;
}

async function edgeOf(key: string, tables: Tables): Promise<Edge> {
  const [row, delivery] = await Promise.all([tables.epochs.get(key), tables.deliveries.get(key)]);
  return { firstMessage: row?.firstMessage, block: delivery?.block };
}

async function forgetContents(laneId: bigint, through: bigint, writes: Writes, tables: Tables): Promise<void> {
  const old = await tables.contents.keys({ ...laneRange(laneId, 0n, through), limit: SWEEP.most });
  for (const key of old) writes.del(tables.contents, key);
}

/** From the oldest on, up to the first that is not final: what is kept stands without gaps. */
async function forgetEpochs(laneId: bigint, through: bigint, writes: Writes, modules: Modules): Promise<void> {
  const { tables } = modules;
  for await (const [key, row] of tables.epochs.entries({ ...laneRange(laneId, 0n, through), limit: SWEEP.most })) {
    if (!(await isOver(key, row, modules))) return;
    writes.del(tables.epochs, key).del(tables.deliveries, key);
  }
}

/** Final, and no stage looks at it any more. A node that carries nothing marks no row as final: it goes by the block. */
async function isOver(key: string, row: EpochRow, { heads, tables }: Modules): Promise<boolean> {
  if (tables.queues.confirmMint.get(key) !== undefined) return false;
  if (row.isFinal) return true;
  const delivery = await tables.deliveries.get(key);
  return delivery !== undefined && delivery.block <= heads.final;
}

async function forgetHolds(
  { laneId, firstMessage }: Delivered,
  edge: Edge | undefined,
  writes: Writes,
  tables: Tables,
): Promise<void> {
  const oldest = larger(firstMessage - KEEP_LIVES, edge?.firstMessage ?? 0n);
  if (oldest <= 0n) return;
  const range = { ...laneRange(laneId, 0n, oldest - 1n), limit: SWEEP.most };
  for await (const [key, row] of tables.holds.entries(range))
    if (row.ended !== undefined) writes.del(tables.holds, key);
}

/** From the oldest on, up to the first that may still be asked for. */
async function forgetReleases(laneId: bigint, edge: Edge | undefined, writes: Writes, tables: Tables): Promise<void> {
  const newest = await tables.released.get(numberKey(laneId));
  const oldest = newest === undefined ? 0n : newest.through - KEEP_LIVES;
  const block = edge?.block ?? 0n;
  for await (const [key, row] of tables.releases.entries({ ...laneRange(laneId, 0n), limit: SWEEP.most })) {
    const isYoung = row.index >= oldest && row.outboxed.block >= block;
    if (isYoung || !(await isReleased(key, row, tables))) return;
    writes.del(tables.releases, key);
  }
}

/** Without a gateway nobody says when it was, only that it is no longer waited for. */
async function isReleased(key: string, { released }: ReleaseRow, { outbox }: Tables): Promise<boolean> {
  return released !== undefined || (await outbox.get(key)) === undefined;
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
