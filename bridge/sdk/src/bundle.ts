import type { Hex } from 'viem';

/** All that a carrier needs to deliver one epoch (protocol §6–7). */
export interface Bundle {
  readonly laneId: bigint;
  readonly epoch: bigint;
  /** ProposalResponsePayload. */
  readonly payload: Hex;
  /** 65-byte entries: member index(1) r(32) s(32), strictly ascending by index. */
  readonly endorsements: Hex;
  readonly words: Hex;
}
