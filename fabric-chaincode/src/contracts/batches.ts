import { Fault } from '@twinspan/protocol';
import type { Call } from '../call.ts';
import type { LockReference } from '../ledger/fields.ts';
import type { BatchValue, LockValue } from '../ledger/values.ts';

/**
 * The lock batches that one transaction works on. A batch stands under `pending` while one of its locks waits and moves
 * to `settled` with the last one, so that the list of pending locks never grows with a lane's past.
 */
export class Batches {
  readonly #call: Call;
  readonly #laneId: bigint;
  readonly #batches = new Map<string, BatchValue>();
  readonly #changed = new Set<string>();

  constructor(call: Call, laneId: bigint) {
    this.#call = call;
    this.#laneId = laneId;
  }

  /** @throws Fault LOCK_UNKNOWN. */
  async lock({ lockId, batchId, place }: LockReference): Promise<LockValue> {
    const lock = (await this.#batch(batchId))?.locks[place];
    if (lock === undefined) throw new Fault('LOCK_UNKNOWN', `the lane has no lock ${lockId}`);
    return lock;
  }

  /** Ends the wait of a lock that `lock` has found. */
  settle({ batchId, place }: LockReference, end: LockValue['place']): void {
    const batch = this.#batches.get(batchId);
    if (batch === undefined) throw new Fault('INTERNAL', 'a lock is settled before it is read');
    const locks = batch.locks.map((lock, at) => (at === place ? { ...lock, place: end } : lock));
    this.#batches.set(batchId, { ...batch, locks });
    this.#changed.add(batchId);
  }

  write(): void {
    const { keys, store } = this.#call;
    for (const batchId of this.#changed) {
      const batch = this.#batches.get(batchId);
      if (batch === undefined) continue;
      if (batch.locks.some((lock) => lock.place.state === 'pending')) {
        store.put(keys.pending(this.#laneId, batchId), batch);
      } else {
        store.delete(keys.pending(this.#laneId, batchId));
        store.put(keys.settled(batchId), batch);
      }
    }
  }

  async #batch(batchId: string): Promise<BatchValue | undefined> {
    const known = this.#batches.get(batchId);
    if (known !== undefined) return known;
    const { keys, store } = this.#call;
    const found = (await store.get(keys.pending(this.#laneId, batchId))) ?? (await store.get(keys.settled(batchId)));
    if (found?.laneId !== this.#laneId) return undefined;
    this.#batches.set(batchId, found);
    return found;
  }
}
