import { laneKey } from '../db/keys.ts';
import type { OutboxRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Metrics } from '../metrics.ts';

/**
 * The outbox entries that are not yet released, in memory as in the store. A lane's entries stand in order of index, and so
 * of block: what is asked at every block is found by halves.
 */
export class OutboxBook {
  readonly #tables: Tables;
  readonly #metrics: Metrics;
  readonly #lanes = new Map<bigint, OutboxRow[]>();
  #size = 0;

  constructor(tables: Tables, metrics: Metrics) {
    this.#tables = tables;
    this.#metrics = metrics;
  }

  async open(): Promise<void> {
    for await (const [, row] of this.#tables.outbox.entries()) this.#add(row);
    this.#metrics.list.outboxPending.set(this.#size);
  }

  /** Lanes with entries. */
  lanes(): ReadonlySet<bigint> {
    return new Set(this.#lanes.keys());
  }

  /** The newest entry that is in `block` or before it. */
  newestThrough(laneId: bigint, block: bigint): OutboxRow | undefined {
    const rows = this.#of(laneId);
    return rows[firstPlace(rows, (row) => row.block > block) - 1];
  }

  /** Whether a checkpoint of `block` has nothing to release that is not among those below `releasedThrough`. */
  isReleased(laneId: bigint, block: bigint, releasedThrough: bigint): boolean {
    const newest = this.newestThrough(laneId, block);
    return newest === undefined || newest.index < releasedThrough;
  }

  after(block: bigint): OutboxRow[] {
    return [...this.#lanes.values()].flatMap((rows) => rows.slice(firstPlace(rows, (row) => row.block > block)));
  }

  below(laneId: bigint, index: bigint): OutboxRow[] {
    const rows = this.#of(laneId);
    return rows.slice(
      0,
      firstPlace(rows, (row) => row.index >= index),
    );
  }

  keep(row: OutboxRow, writes: Writes): void {
    writes.put(this.#tables.outbox, laneKey(row.laneId, row.index), row).afterwards(() => {
      this.#add(row);
      this.#metrics.list.outboxPending.set(this.#size);
    });
  }

  drop(row: OutboxRow, writes: Writes): void {
    writes.del(this.#tables.outbox, laneKey(row.laneId, row.index)).afterwards(() => {
      this.#remove(row);
      this.#metrics.list.outboxPending.set(this.#size);
    });
  }

  #of(laneId: bigint): OutboxRow[] {
    return this.#lanes.get(laneId) ?? [];
  }

  #add(row: OutboxRow): void {
    const rows = this.#of(row.laneId);
    const place = firstPlace(rows, ({ index }) => index >= row.index);
    const isKnown = rows[place]?.index === row.index;
    rows.splice(place, isKnown ? 1 : 0, row);
    this.#lanes.set(row.laneId, rows);
    if (!isKnown) this.#size += 1;
  }

  #remove({ laneId, index }: OutboxRow): void {
    const rows = this.#of(laneId);
    const place = firstPlace(rows, (row) => row.index >= index);
    if (rows[place]?.index !== index) return;
    rows.splice(place, 1);
    if (rows.length === 0) this.#lanes.delete(laneId);
    this.#size -= 1;
  }
}

/** The first place from which on it holds; it holds nowhere before. */
function firstPlace(rows: readonly OutboxRow[], holds: (row: OutboxRow) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && holds(row)) high = middle;
    else low = middle + 1;
  }
  return low;
}
