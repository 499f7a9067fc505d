import { commitPoints } from './commitPoints.ts';
import type { CommitPoint } from './commitPoints.ts';
import { writeFault } from './storeFault.ts';
import type { Rows, Store, Table } from './table.ts';

type Operation =
  | { readonly type: 'put'; readonly sublevel: Rows; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly sublevel: Rows; readonly key: string };

/** What one step changes, in all its tables at once: after a crash either everything of it is there or nothing. */
export class Writes {
  readonly point: CommitPoint;
  readonly #store: Store;
  readonly #operations: Operation[] = [];
  readonly #afterwards: (() => void)[] = [];

  constructor(store: Store, point: CommitPoint) {
    this.point = point;
    this.#store = store;
  }

  put<Value>(table: Table<Value>, key: string, value: Value): this {
    this.#operations.push({ type: 'put', sublevel: table.rows, key, value: table.encode(value) });
    return this;
  }

  del<Value>(table: Table<Value>, key: string): this {
    this.#operations.push({ type: 'del', sublevel: table.rows, key });
    return this;
  }

  /** Runs once the batch is as durable as its point asks for: memory follows the store, announcements follow memory. */
  afterwards(effect: () => void): this {
    this.#afterwards.push(effect);
    return this;
  }

  /** @throws Fault STORE_FULL when it could not be written; then nothing of it is there */
  async commit(): Promise<void> {
    if (this.#operations.length > 0) await this.#write();
    for (const effect of this.#afterwards) effect();
  }

  async #write(): Promise<void> {
    try {
      await this.#store.batch(this.#operations, { sync: commitPoints[this.point] === 'power' });
    } catch (error) {
      throw writeFault(error);
    }
  }
}
