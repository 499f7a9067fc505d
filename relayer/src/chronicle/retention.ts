import { laneRange } from '../db/keys.ts';
import type { EpochRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Heads } from '../heads.ts';

/** Epochs of a lane whose contents are kept at most: half a million messages. */
const KEEP_CONTENTS = 2_048;
const MESSAGES_AN_EPOCH = 256n;
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
  const { laneId, epoch, firstMessage } = delivered;
  if (epoch % SWEEP.everyEpochs !== 0n) return;
  const { tables, retention } = modules;
  const keep = BigInt(Math.min(KEEP_CONTENTS, retention.epochs));
  if (epoch > keep) await forgetContents(laneId, epoch - keep, writes, tables);
  if (epoch > BigInt(retention.epochs)) {
    await forgetEpochs(laneId, epoch - BigInt(retention.epochs), writes, modules);
  }
  const oldest = firstMessage - keep * MESSAGES_AN_EPOCH;
  if (oldest > 0n) await forgetLives(laneId, oldest, writes, tables);
}

async function forgetContents(laneId: bigint, through: bigint, writes: Writes, tables: Tables): Promise<void> {
  const old = await tables.contents.keys({ ...laneRange(laneId, 0n, through), limit: SWEEP.most });
  for (const key of old) writes.del(tables.contents, key);
}

/** From the oldest on, up to the first that is not final: what is kept stands without gaps. */
async function forgetEpochs(laneId: bigint, through: bigint, writes: Writes, modules: Modules): Promise<void> {
  const { tables } = modules;
  for await (const [key, row] of tables.epochs.entries({ ...laneRange(laneId, 0n, through), limit: SWEEP.most })) {
    if (!isOver(key, row, modules)) return;
    writes.del(tables.epochs, key);
  }
}

/** Final, and no stage looks at it any more. A node that carries nothing marks no row as final: it goes by the block. */
function isOver(key: string, row: EpochRow, { heads, tables }: Modules): boolean {
  const isFinal = row.isFinal || (row.delivered !== undefined && row.delivered.block <= heads.final);
  return isFinal && tables.queues.confirmMint.get(key) === undefined;
}

async function forgetLives(laneId: bigint, oldest: bigint, writes: Writes, tables: Tables): Promise<void> {
  const range = { ...laneRange(laneId, 0n, oldest), limit: SWEEP.most };
  for await (const [key, row] of tables.holds.entries(range))
    if (row.ended !== undefined) writes.del(tables.holds, key);
  for await (const [key, row] of tables.releases.entries(range))
    if (row.released !== undefined) writes.del(tables.releases, key);
}
