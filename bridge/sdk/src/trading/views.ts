import type { Hex } from '@twinspan/protocol';

export interface BridgeLane {
  /** Last delivered epoch; 0 before the first. */
  readonly epoch: bigint;
  readonly previousHeader: Hex;
  readonly nextMessage: bigint;
  /** Unix seconds of the last delivered epoch. */
  readonly sealedAt: number;
  readonly releasedThrough: bigint;
}

export interface BridgeSupply {
  /** Attested total of sealed units. */
  readonly sealed: bigint;
  /** Attested total of released units. */
  readonly released: bigint;
  readonly held: bigint;
  /** Every unit ever appended to the outbox. */
  readonly outboxed: bigint;
}

export interface Listing {
  readonly laneId: bigint;
  readonly token: Hex;
  readonly termsHash: Hex;
}

export interface ViewVerbs {
  lane(laneId: bigint, blockNumber?: bigint): Promise<BridgeLane>;
  supply(laneId: bigint, rightsId: Hex, blockNumber?: bigint): Promise<BridgeSupply>;
  listing(rightsId: Hex): Promise<Listing | undefined>;
}
