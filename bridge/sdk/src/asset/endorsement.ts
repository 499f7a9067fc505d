import type { Hex } from 'viem';

/** One peer's signature over `sha256(payload ‖ identity)`, checked before it is handed out. */
export interface Endorsement {
  readonly mspId: string;
  /** SerializedIdentity bytes as the peer sent them. */
  readonly identity: Uint8Array;
  /** 32 bytes. */
  readonly r: Uint8Array;
  /** 32 bytes, in the lower half. */
  readonly s: Uint8Array;
}

/** A committed read of an epoch's header, endorsed and never submitted. */
export interface EndorsedEpoch {
  readonly laneId: bigint;
  readonly epoch: bigint;
  /** ProposalResponsePayload bytes that the endorsements sign. */
  readonly payload: Uint8Array;
  /** 204 bytes. */
  readonly header: Hex;
  readonly endorsements: readonly Endorsement[];
}

export interface EndorsementVerbs {
  /**
   * Asks the named orgs to endorse `readEpoch`. A read that races a commit is asked again.
   * @throws Fault when an org cannot be reached, answers differently, or a signature does not verify.
   */
  endorseEpoch(laneId: bigint, epoch: bigint, mspIds: readonly string[]): Promise<EndorsedEpoch>;
}
