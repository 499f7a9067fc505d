import type { ClassicLevel } from 'classic-level';
import { z } from 'zod';
import { corrupt, readFault } from './storeFault.ts';

export type Store = ClassicLevel<string, unknown>;
export type Rows = ReturnType<typeof openRows>;

function openRows(store: Store, name: string) {
  return store.sublevel<string, unknown>(name, { valueEncoding: 'json' });
}

/** One table: rows are encoded by the schema when written and parsed by it when read. */
export class Table<Value> {
  readonly name: string;
  readonly rows: Rows;
  readonly #schema: z.ZodType<Value>;

  constructor(store: Store, name: string, schema: z.ZodType<Value>) {
    this.name = name;
    this.rows = openRows(store, name);
    this.#schema = schema;
  }

  async get(key: string): Promise<Value | undefined> {
    const row: unknown = await this.#read(key);
    return row === undefined ? undefined : this.#parse(key, row);
  }

  /** Rows in ascending order of key, `from` and `to` included. */
  async *entries(
    range: { readonly from?: string; readonly to?: string; readonly limit?: number; readonly reverse?: boolean } = {},
  ): AsyncGenerator<[string, Value]> {
    const options = {
      ...(range.from === undefined ? {} : { gte: range.from }),
      ...(range.to === undefined ? {} : { lte: range.to }),
      ...(range.limit === undefined ? {} : { limit: range.limit }),
      ...(range.reverse === undefined ? {} : { reverse: range.reverse }),
    };
    let last = '';
    try {
      for await (const [key, row] of this.rows.iterator(options)) {
        last = key;
        yield [key, this.#parse(key, row)];
      }
    } catch (error) {
      throw readFault(error, `${this.name}, after ${last === '' ? 'its start' : last}`);
    }
  }

  /** Keys alone, in ascending order. */
  async keys(range: {
    readonly from?: string;
    readonly after?: string;
    readonly to?: string;
    readonly limit: number;
  }): Promise<string[]> {
    const { from, after, to, limit } = range;
    try {
      const bounds = {
        ...(from === undefined ? {} : { gte: from }),
        ...(after === undefined ? {} : { gt: after }),
        ...(to === undefined ? {} : { lte: to }),
      };
      return await this.rows.keys({ ...bounds, limit }).all();
    } catch (error) {
      throw readFault(error, this.name);
    }
  }

  encode(value: Value): unknown {
    return z.encode(this.#schema, value);
  }

  async #read(key: string): Promise<unknown> {
    try {
      return await this.rows.get(key);
    } catch (error) {
      throw readFault(error, `${this.name}/${key}`);
    }
  }

  #parse(key: string, row: unknown): Value {
    const parsed = z.safeDecode(this.#schema, row);
    if (parsed.success) return parsed.data;
    throw corrupt(`${this.name}/${key}`, z.prettifyError(parsed.error));
  }
}
