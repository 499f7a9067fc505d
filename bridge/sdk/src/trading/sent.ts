import type { Hex } from '@twinspan/protocol';

/** A call to a contract of the bridge, not yet anybody's transaction. */
export interface Call {
  /** For people: appears in faults. */
  readonly what: string;
  readonly to: Hex;
  readonly data: Hex;
}

/** In wei per gas. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What the chain asks for now. */
export interface Market extends Fees {
  /** Of the newest block; nothing cheaper can be mined. */
  readonly baseFeePerGas: bigint;
}

/** All that a signature covers besides the call. */
export interface SignedTerms extends Fees {
  readonly nonce: number;
  readonly gas: bigint;
}

/** A signed transaction: the same call under the same terms gives the same one (RFC 6979). */
export interface Signed {
  readonly raw: Hex;
  readonly hash: Hex;
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
