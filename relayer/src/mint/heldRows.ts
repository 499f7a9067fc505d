import type { Hex } from '@twinspan/protocol';
import { laneKey } from '../db/keys.ts';
import type { HeldRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Draft } from '../chronicle/draft.ts';
import type { Metrics } from '../metrics.ts';

/** Messages of one record that are brought back together; when one of them is minted, the next ones are. */
const ROUSED_TOGETHER = 32;

/** What a batch drops still stands in the store until it is written: it is not to be brought back. */
const dropped = new WeakMap<Writes, Set<string>>();

interface Modules {
  readonly tables: Tables;
  readonly metrics: Metrics;
}

/** A message is held: it gets its row, its place among those of its record, and its job. */
export function keepHeld(held: HeldRow, writes: Writes, drafts: Draft<HeldRow>, { tables, metrics }: Modules): void {
  const { laneId, message, rightsId, reason } = held;
  const key = laneKey(laneId, message);
  const isNews = tables.queues.retry.get(key) === undefined;
  drafts.put(writes, key, held);
  writes.put(tables.heldOf, ofRecord(rightsId, key), { laneId, message });
  tables.queues.retry.add(writes, key, { laneId, message, reason });
  if (isNews)
    writes.afterwards(() => {
      metrics.list.held.inc({ reason });
    });
}

export function dropHeld({ laneId, message, rightsId, reason }: HeldRow, writes: Writes, modules: Modules): void {
  const { tables, metrics } = modules;
  const key = laneKey(laneId, message);
  tables.queues.retry.remove(writes, key);
  dropped.set(writes, (dropped.get(writes) ?? new Set()).add(key));
  writes.del(tables.held, key).del(tables.heldOf, ofRecord(rightsId, key));
  writes.afterwards(() => {
    metrics.list.held.dec({ reason });
  });
}

/** The first messages of a record are tried again. */
export async function rouseRecord(rightsId: Hex, writes: Writes, { tables }: Modules): Promise<void> {
  const range = { from: ofRecord(rightsId, ''), to: ofRecord(rightsId, '~'), limit: ROUSED_TOGETHER };
  const keys = (await tables.heldOf.keys(range)).map((key) => key.slice(rightsId.length + 1));
  for (const key of keys) if (!(dropped.get(writes)?.has(key) ?? false)) tables.queues.retry.rouse(writes, key);
}

/** The first messages of every record that has any. */
export async function rouseRecords(writes: Writes, modules: Modules): Promise<void> {
  const next = (after: string): Promise<string[]> => modules.tables.heldOf.keys({ after, limit: 1 });
  for (let [key] = await next(''); key !== undefined; [key] = await next(`${recordOf(key)}/~`)) {
    await rouseRecord(recordOf(key), writes, modules);
  }
}

function ofRecord(rightsId: Hex, key: string): string {
  return `${rightsId}/${key}`;
}

function recordOf(key: string): Hex {
  return key.slice(0, key.indexOf('/')) as Hex;
}
