import { Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { Fees, Signed } from '@twinspan/sdk';
import { parseTransaction, recoverTransactionAddress } from 'viem';

export interface Pooled extends Fees {
  /** Lower case. */
  readonly sender: Hex;
  readonly nonce: number;
  readonly gas: bigint;
  readonly hash: Hex;
  readonly to: Hex;
  readonly data: Hex;
}

/** Transactions that wait for a block, by the rules of a node: one per nonce, replaced for a tenth more in both fees. */
export class MemoryPool {
  #waiting: Pooled[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  /** In order of nonce. */
  all(): Pooled[] {
    return this.#waiting.toSorted((a, b) => a.nonce - b.nonce);
  }

  /** @throws Fault as a node refuses */
  add(one: Pooled, latest: number, balance: bigint): void {
    const before = this.#waiting.find(({ sender, nonce }) => sender === one.sender && nonce === one.nonce);
    if (before?.hash === one.hash) return;
    if (one.nonce < latest) throw new Fault('NONCE_TAKEN', 'nonce too low');
    if (one.gas * one.maxFeePerGas > balance) throw new Fault('FUNDS_SHORT', 'insufficient funds');
    if (before !== undefined && !outbids(one, before)) throw new Fault('UNDERPRICED', 'underpriced');
    this.#waiting = [...this.#waiting.filter((other) => other !== before), one];
  }

  drop(isDropped: (one: Pooled) => boolean): void {
    this.#waiting = this.#waiting.filter((one) => !isDropped(one));
  }

  /** The sender's next nonce from `latest` on. */
  pending(of: Hex, latest: number): number {
    let next = latest;
    while (this.#waiting.some(({ sender, nonce }) => sender === of && nonce === next)) next += 1;
    return next;
  }
}

function outbids(one: Fees, other: Fees): boolean {
  const isMore = (a: bigint, b: bigint): boolean => a * 100n >= b * 110n;
  return isMore(one.maxFeePerGas, other.maxFeePerGas) && isMore(one.maxPriorityFeePerGas, other.maxPriorityFeePerGas);
}

/** What a signed transaction says. */
export async function pooledOf({ raw, hash }: Signed): Promise<Pooled> {
  // It was signed here, in the form that says so.
  const serializedTransaction = raw as `0x02${string}`;
  const parsed = parseTransaction(serializedTransaction);
  const { nonce = 0, gas = 0n, to, data = '0x', maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = parsed;
  const sender = await recoverTransactionAddress({ serializedTransaction });
  return { sender: lower(sender), nonce, gas, hash, to: lower(to ?? '0x'), data, maxFeePerGas, maxPriorityFeePerGas };
}

function lower(address: Hex): Hex {
  return `0x${address.slice(2).toLowerCase()}`;
}
