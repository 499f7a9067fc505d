import type { Hex } from '@twinspan/protocol';
import { nonceKey } from '../db/keys.ts';
import type { SubmissionRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';

/** The transactions of one signer key that are on their way: durable rows with a copy in memory. */
export class SubmissionBook {
  readonly sender: Hex;
  /** The nonce of the next transaction; undefined: the chain knows. */
  nextNonce: number | undefined;
  readonly #tables: Tables;
  readonly #rows = new Map<number, SubmissionRow>();

  constructor(sender: Hex, tables: Tables) {
    this.sender = sender;
    this.#tables = tables;
  }

  async open(): Promise<void> {
    const range = { from: nonceKey(this.sender, 0), to: nonceKey(this.sender, Number.MAX_SAFE_INTEGER) };
    for await (const [, row] of this.#tables.submissions.entries(range)) this.#rows.set(row.nonce, row);
  }

  get(nonce: number): SubmissionRow | undefined {
    return this.#rows.get(nonce);
  }

  get size(): number {
    return this.#rows.size;
  }

  /** In order of nonce, from `nonce` on. */
  from(nonce: number): SubmissionRow[] {
    return [...this.#rows.values()].filter((row) => row.nonce >= nonce).sort((a, b) => a.nonce - b.nonce);
  }

  before(nonce: number): SubmissionRow[] {
    return [...this.#rows.values()].filter((row) => row.nonce < nonce);
  }

  /** The lowest nonce, from `nonce` on, that no row holds. */
  freeFrom(nonce: number): number {
    let free = nonce;
    while (this.#rows.has(free)) free += 1;
    return free;
  }

  put(writes: Writes, row: SubmissionRow): void {
    writes.put(this.#tables.submissions, nonceKey(this.sender, row.nonce), row).afterwards(() => {
      this.#rows.set(row.nonce, row);
    });
  }

  remove(writes: Writes, nonce: number): void {
    writes.del(this.#tables.submissions, nonceKey(this.sender, nonce)).afterwards(() => this.#rows.delete(nonce));
  }
}
