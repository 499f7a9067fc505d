import type { Bound, Hex, Policy } from '@twinspan/protocol';
import type { Sent, TransactionTerms } from './transactions.ts';

/** An asset-state proof as the prover answers it: 1 or 2–16 records. */
export interface BackingProof {
  readonly commitments: readonly Hex[];
  readonly bounds: readonly Bound[];
  /** Eight words in Solidity order. */
  readonly proof: readonly bigint[];
}

export interface BackingVerbs {
  prove(proof: BackingProof, terms?: TransactionTerms): Promise<Sent>;
  setPolicy(policy: Policy, terms?: TransactionTerms): Promise<Sent>;
  policy(): Promise<{ readonly policy: Policy; readonly packed: bigint }>;
  /** undefined when none was proven under this policy. Absent `packedPolicy`: the current one. */
  backing(commitment: Hex, packedPolicy?: bigint): Promise<Bound | undefined>;
}
