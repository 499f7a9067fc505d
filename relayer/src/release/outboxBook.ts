import { laneKey } from '../db/keys.ts';
import type { OutboxRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Metrics } from '../metrics.ts';

/** The outbox entries that are not yet released, in memory as in the store. */
export class OutboxBook {
  readonly #tables: Tables;
  readonly #metrics: Metrics;
  readonly #rows = new Map<string, OutboxRow>();

  constructor(tables: Tables, metrics: Metrics) {
    this.#tables = tables;
    this.#metrics = metrics;
  }

  async open(): Promise<void> {
    for await (const [key, row] of this.#tables.outbox.entries()) this.#rows.set(key, row);
    this.#metrics.list.outboxPending.set(this.#rows.size);
  }

  lanes(): ReadonlySet<bigint> {
    return new Set([...this.#rows.values()].map((row) => row.laneId));
  }

  blocks(laneId: bigint): bigint[] {
    return [...this.#rows.values()].filter((row) => row.laneId === laneId).map((row) => row.block);
  }

  after(block: bigint): OutboxRow[] {
    return [...this.#rows.values()].filter((row) => row.block > block);
  }

  below(laneId: bigint, index: bigint): OutboxRow[] {
    return [...this.#rows.values()].filter((row) => row.laneId === laneId && row.index < index);
  }

  keep(row: OutboxRow, writes: Writes): void {
    const key = laneKey(row.laneId, row.index);
    writes.put(this.#tables.outbox, key, row).afterwards(() => {
      this.#rows.set(key, row);
      this.#metrics.list.outboxPending.set(this.#rows.size);
    });
  }

  drop(row: OutboxRow, writes: Writes): void {
    const key = laneKey(row.laneId, row.index);
    writes.del(this.#tables.outbox, key).afterwards(() => {
      this.#rows.delete(key);
      this.#metrics.list.outboxPending.set(this.#rows.size);
    });
  }
}
