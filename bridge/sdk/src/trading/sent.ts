import type { Hex } from '@twinspan/protocol';

/** In wei per gas. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

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
