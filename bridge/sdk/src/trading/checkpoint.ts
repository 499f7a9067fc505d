import type { Hex } from 'viem';

/** A block and the state root in its header. */
export interface CheckpointPoint {
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly stateRoot: Hex;
}

/** Merkle-Patricia proofs from a block's state root to the head of one lane's outbox. */
export interface OutboxProof {
  readonly head: Hex;
  readonly accountProof: readonly Hex[];
  readonly storageProof: readonly Hex[];
}

/**
 * When a block is final: the chain's own `finalized` tag, or so many blocks behind the tip (0: the tip itself)
 * on chains that have none.
 */
export type FinalityRule = { readonly tag: 'finalized' } | { readonly depth: number };

export interface CheckpointVerbs {
  /** Number of the newest block that is final by the configured rule. */
  finalizedBlock(): Promise<bigint>;
  blockNumber(): Promise<bigint>;
  checkpoint(blockNumber: bigint): Promise<CheckpointPoint>;
  /** eth_getProof for `outboxHead[laneId]` at the block. Nodes keep proofs for recent blocks only. */
  proof(laneId: bigint, blockNumber: bigint): Promise<OutboxProof>;
}
