import { bytesFromHex, decodeWords } from '@twinspan/protocol';
import type { EpochWords } from '@twinspan/protocol';
import { numberKey } from '../db/keys.ts';
import type { PauseRow, Tables } from '../db/tables.ts';
import { Wake } from '../wake.ts';

/**
 * Lanes that an operator stopped on this node: they are neither sealed nor delivered, and a restart keeps that. A freeze
 * or revocation still goes ahead, and with it whatever its lane sealed before it, because a lane is delivered in order.
 */
export class Pauses {
  /** Rung when a lane goes on. */
  readonly wake = new Wake();
  readonly #tables: Tables;
  readonly #clock: () => number;
  readonly #rows = new Map<bigint, PauseRow>();
  /** By lane: the last undelivered epoch known here that stops a token. */
  readonly #stops = new Map<bigint, bigint>();

  constructor(tables: Tables, clock: () => number) {
    this.#tables = tables;
    this.#clock = clock;
  }

  async open(): Promise<void> {
    for await (const [, row] of this.#tables.pauses.entries()) this.#rows.set(row.laneId, row);
    for await (const [key, { laneId, epoch }] of this.#tables.bundles.entries()) {
      const contents = await this.#tables.contents.get(key);
      if (contents !== undefined) this.note(laneId, epoch, decodeWords(bytesFromHex(contents.words), contents));
    }
  }

  all(): PauseRow[] {
    return [...this.#rows.values()];
  }

  get(laneId: bigint): PauseRow | undefined {
    return this.#rows.get(laneId);
  }

  /** Whether an epoch has to wait until its lane goes on. */
  holdsBack(laneId: bigint, epoch: bigint): boolean {
    return this.#rows.has(laneId) && epoch > (this.#stops.get(laneId) ?? 0n);
  }

  /** An epoch became deliverable. */
  note(laneId: bigint, epoch: bigint, { states }: EpochWords): void {
    const isStop = states.some(({ status }) => status !== 'ACTIVE');
    if (isStop && epoch > (this.#stops.get(laneId) ?? 0n)) this.#stops.set(laneId, epoch);
  }

  async pause(laneId: bigint, reason: string): Promise<PauseRow> {
    const row = this.#rows.get(laneId) ?? { laneId, atMs: this.#clock(), reason };
    const writes = this.#tables.writes('admin/pause').put(this.#tables.pauses, numberKey(laneId), row);
    await writes.afterwards(() => this.#rows.set(laneId, row)).commit();
    return row;
  }

  async resume(laneId: bigint): Promise<void> {
    const writes = this.#tables.writes('admin/pause').del(this.#tables.pauses, numberKey(laneId));
    await writes.afterwards(() => this.#rows.delete(laneId)).commit();
    this.wake.ring();
  }
}
