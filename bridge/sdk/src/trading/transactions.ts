import type { Hex } from '@twinspan/protocol';

/** What the sender decides about one transaction; whatever is absent is filled in by the client. */
export interface TransactionTerms {
  /** Absent: the client's own queue hands out the next one. */
  readonly nonce?: number;
  readonly gas?: bigint;
  readonly maxFeePerGas?: bigint;
  readonly maxPriorityFeePerGas?: bigint;
  /** Default true: the call is tried first and a revert becomes a Fault before anything is sent. */
  readonly simulate?: boolean;
}

export interface Receipt {
  readonly hash: Hex;
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly gasUsed: bigint;
  readonly effectiveGasPrice: bigint;
}

/** A transaction on its way. */
export interface Sent {
  readonly hash: Hex;
  readonly nonce: number;
  /** Resolves when mined and successful. @throws Fault when it reverted or the wait ran out (outcome unknown: look the hash up). */
  confirmed(timeoutMs?: number): Promise<Receipt>;
}

export interface TransactionVerbs {
  /** The signing account. @throws Fault on a read-only client. */
  readonly address: Hex | undefined;
  /** undefined while not mined. @throws Fault when it reverted. */
  receipt(hash: Hex): Promise<Receipt | undefined>;
  /** Next nonce by the chain, pending transactions included when `pending`. */
  nonce(block?: 'latest' | 'pending'): Promise<number>;
  fees(): Promise<{ readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }>;
  /** An empty transaction to oneself that takes the place of a stuck one. */
  cancelNonce(
    nonce: number,
    terms: Required<Pick<TransactionTerms, 'maxFeePerGas' | 'maxPriorityFeePerGas'>>,
  ): Promise<Sent>;
  etherBalance(of?: Hex): Promise<bigint>;
}
