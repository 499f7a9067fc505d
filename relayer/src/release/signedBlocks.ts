import { Fault } from '@twinspan/protocol';
import type { Checkpoint } from '@twinspan/protocol';
import { numberKey } from '../db/keys.ts';
import { Order } from '../db/order.ts';
import type { SignedRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';

/**
 * What the own key has signed, so that it never signs a second checkpoint of a block: not after a restart, and not once
 * old rows are forgotten, for below the newest forgotten one it signs nothing new.
 */
export class SignedBlocks {
  readonly #tables: Tables;
  readonly #rows = new Map<bigint, SignedRow>();
  readonly #byBlock = new Order<SignedRow>(byBlock, (row) => this.#rows.get(row.blockNumber) === row);
  #floor = -1n;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  async open(): Promise<void> {
    for await (const [, row] of this.#tables.signed.entries()) this.#take(row);
  }

  /** To be durable before the signature leaves. @throws Fault ATTESTATION_CONFLICT */
  note({ blockNumber, blockHash, stateRoot }: Checkpoint, writes: Writes): void {
    const known = this.#rows.get(blockNumber);
    const isSame = known?.blockHash === blockHash && known.stateRoot === stateRoot;
    if (isSame) return;
    if (known !== undefined) {
      throw new Fault(
        'ATTESTATION_CONFLICT',
        `block ${blockNumber} was signed as ${known.blockHash}, not ${blockHash}`,
      );
    }
    if (blockNumber <= this.#floor) {
      throw new Fault('ATTESTATION_CONFLICT', `what was signed up to block ${this.#floor} is forgotten`);
    }
    const row = { blockNumber, blockHash, stateRoot, isFloor: false };
    writes.put(this.#tables.signed, numberKey(blockNumber), row);
    this.#take(row);
  }

  /** Whether it can no longer be told what was signed of the block. */
  isForgotten(blockNumber: bigint): boolean {
    return blockNumber <= this.#floor && !this.#rows.has(blockNumber);
  }

  /** Forgets rows older than `block`, all but the newest of them, which becomes the floor. */
  prune(block: bigint, writes: Writes): void {
    const old = this.#byBlock.below((row) => row.blockNumber < block);
    const newest = old.pop();
    if (newest === undefined || old.length === 0) return;
    for (const { blockNumber } of old) {
      writes.del(this.#tables.signed, numberKey(blockNumber));
      this.#rows.delete(blockNumber);
    }
    const floor = { ...newest, isFloor: true };
    writes.put(this.#tables.signed, numberKey(newest.blockNumber), floor);
    this.#take(floor);
  }

  #take(row: SignedRow): void {
    this.#rows.set(row.blockNumber, row);
    this.#byBlock.add(row);
    if (row.isFloor && row.blockNumber > this.#floor) this.#floor = row.blockNumber;
  }
}

function byBlock(a: SignedRow, b: SignedRow): number {
  return a.blockNumber < b.blockNumber ? -1 : 1;
}
