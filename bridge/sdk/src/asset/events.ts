import type { Hex } from 'viem';

/** After this block and, when given, after this transaction in it. */
export interface EventCursor {
  readonly blockNumber: bigint;
  readonly txId?: string;
}

export type AssetChange =
  | { readonly name: 'RecordChanged'; readonly rightsId: Hex }
  | { readonly name: 'LaneOpened'; readonly laneId: bigint }
  | { readonly name: 'Locked'; readonly laneId: bigint; readonly batchId: string; readonly count: number }
  | { readonly name: 'LocksCancelled'; readonly laneId: bigint; readonly count: number }
  | { readonly name: 'Sealed'; readonly laneId: bigint; readonly epoch: bigint }
  | { readonly name: 'Released'; readonly laneId: bigint; readonly releasedThrough: bigint }
  | { readonly name: 'AttestorsApproved' };

export type AssetEvent = AssetChange & {
  readonly blockNumber: bigint;
  readonly txId: string;
};

export interface EventVerbs {
  /**
   * Chaincode events of valid transactions, in ledger order, from the cursor on and then live, until the signal aborts
   * (the iteration ends) or the peer goes away (it throws a Fault).
   * Without a cursor: from the next block.
   */
  events(options: { readonly from?: EventCursor; readonly signal: AbortSignal }): AsyncIterable<AssetEvent>;
  /** Number of blocks on the connected peer. */
  height(): Promise<bigint>;
  /** How a transaction ended, or undefined when the peer has not committed it. `valid` is false for an invalidated one. */
  outcome(txId: string): Promise<{ readonly valid: boolean; readonly validationCode: number } | undefined>;
}
