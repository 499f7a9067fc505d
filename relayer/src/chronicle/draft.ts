import type { Table } from '../db/table.ts';
import type { Writes } from '../db/writes.ts';

/** A table as it will be once a batch is written: several events of one batch touch one row. */
export class Draft<Row> {
  readonly #table: Table<Row>;
  readonly #rows = new WeakMap<Writes, Map<string, Row>>();

  constructor(table: Table<Row>) {
    this.#table = table;
  }

  async get(writes: Writes, key: string): Promise<Row | undefined> {
    return this.#rows.get(writes)?.get(key) ?? (await this.#table.get(key));
  }

  put(writes: Writes, key: string, row: Row): void {
    const rows = this.#rows.get(writes) ?? new Map<string, Row>();
    this.#rows.set(writes, rows.set(key, row));
    writes.put(this.#table, key, row);
  }
}
