import type { Policy } from '@twinspan/protocol';
import type { Hex } from 'viem';
import type { Sent, TransactionTerms } from './transactions.ts';

/** An asset-state proof as the prover answers it: 1 or 2–16 records. */
export interface BackingProof {
  readonly commitments: readonly Hex[];
  /** Packed as protocol §5. */
  readonly bounds: readonly bigint[];
  /** Eight words in Solidity order. */
  readonly proof: readonly bigint[];
}

/** What an accepted proof established. */
export interface BackingView {
  readonly units: bigint;
  /** 10⁻¹⁸ HKD per base unit. */
  readonly unitValue: bigint;
  /** Unix seconds. */
  readonly until: number;
}

export interface BackingVerbs {
  prove(proof: BackingProof, terms?: TransactionTerms): Promise<Sent>;
  setPolicy(policy: Policy, terms?: TransactionTerms): Promise<Sent>;
  policy(): Promise<{ readonly policy: Policy; readonly packed: bigint }>;
  /** undefined when none was proven under this policy. Absent `packedPolicy`: the current one. */
  backing(commitment: Hex, packedPolicy?: bigint): Promise<BackingView | undefined>;
}
