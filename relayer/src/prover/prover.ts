import type { ConfidentialRecord, Hex } from '@twinspan/protocol';

/** Records that one proof covers at most: the larger circuit's places. */
export const MOST_PER_PROOF = 16;

export type Circuit = 'AssetState1' | 'AssetState16';

export interface ProofRequest {
  readonly record: ConfidentialRecord;
  readonly commitment: Hex;
  /** Packed as protocol §5. */
  readonly bound: bigint;
}

export interface MadeProof {
  readonly circuit: Circuit;
  /** Eight words in Solidity order. */
  readonly proof: readonly bigint[];
  /** What the proof itself took, waiting left out. */
  readonly seconds: number;
}

/** Where asset states are proven: by a program beside this node, or by workers that a queue leads to. */
export interface Prover {
  /** How many proofs it is worth asking for at once; what is beyond them only waits. */
  readonly parallel: number;
  /**
   * One proof for 1 to 16 records. Asking again for the same gives the same.
   * @throws Fault PROVER_FAILED, PROVER_GAVE_UP, PROVER_BUSY, BROKER_UNREACHABLE or TIMED_OUT
   */
  prove(policy: bigint, records: readonly ProofRequest[]): Promise<MadeProof>;
  /** Does ahead of the first proof what it will need. @throws Fault as `prove` */
  warm(): Promise<void>;
  close(): Promise<void>;
}

export function circuitFor(records: readonly unknown[]): Circuit {
  return records.length === 1 ? 'AssetState1' : 'AssetState16';
}

/** What a proof's verifier is given: the policy, the commitments, the bounds; places left over are zero. */
export function publicInputsOf(
  policy: bigint,
  records: readonly Pick<ProofRequest, 'commitment' | 'bound'>[],
): bigint[] {
  const places = records.length === 1 ? 1 : MOST_PER_PROOF;
  const unused = Array.from({ length: places - records.length }, () => 0n);
  const commitments = records.map(({ commitment }) => BigInt(commitment));
  const bounds = records.map(({ bound }) => bound);
  return [policy, ...commitments, ...unused, ...bounds, ...unused];
}
