import type { Checkpoint, Hex } from '@twinspan/protocol';

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
  /** The block's hash and state root, the hash recomputed from the header that the node sent. */
  checkpoint(blockNumber: bigint): Promise<Checkpoint>;
  /** eth_getProof for `outboxHead[laneId]` at the block. Nodes keep proofs for recent blocks only. */
  proof(laneId: bigint, blockNumber: bigint): Promise<OutboxProof>;
}
