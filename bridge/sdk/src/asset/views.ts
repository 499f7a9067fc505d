import type { Hex } from '@twinspan/protocol';

/** Where a record stands. REGISTERED waits for the registry's confirmation. */
export type RecordStatus = 'REGISTERED' | 'ACTIVE' | 'FROZEN' | 'REVOKED';

/** The public side of a record on the asset chain. */
export interface RecordView {
  readonly rightsId: Hex;
  readonly custodian: string;
  readonly registrationNumber: string;
  readonly name: string;
  readonly symbol: string;
  readonly decimals: number;
  readonly issuedUnits: bigint;
  readonly account: string;
  readonly status: RecordStatus;
  readonly termsHash: Hex;
  /** In force since the registry confirmed it; absent before the first confirmation. */
  readonly commitment?: Hex | undefined;
  /** Registered or appraised, not yet confirmed. */
  readonly pendingCommitment?: Hex | undefined;
  /** 10⁻¹⁸ HKD per base unit. */
  readonly unitValue: bigint;
  /** Unix seconds. */
  readonly valuedAt: number;
  /** Units that may be released per 24 h; absent means no limit. */
  readonly windowLimit?: bigint | undefined;
  /** Why the registry last froze, unfroze or revoked it. */
  readonly reason?: string | undefined;
}

export interface HoldingView {
  readonly rightsId: Hex;
  readonly account: string;
  readonly units: bigint;
}

export interface LaneView {
  readonly laneId: bigint;
  /** MSP id of the custodian that owns the lane. */
  readonly custodian: string;
  readonly tradingChainId: bigint;
  readonly bridge: Hex;
  readonly ordinal: number;
  /** Of the last sealed epoch; 0 before the first. */
  readonly epoch: bigint;
  /** Hash of the last sealed header; zero before the first. */
  readonly previousHeader: Hex;
  readonly nextMessage: bigint;
  /** Unix seconds of the last seal. */
  readonly sealedAt: number;
  readonly releasedThrough: bigint;
}

/** A lock that waits for its seal. */
export interface LockView {
  readonly lockId: string;
  readonly rightsId: Hex;
  readonly account: string;
  readonly recipient: Hex;
  readonly units: bigint;
  readonly reference: string;
}

export type LockPlace =
  | { readonly state: 'pending' }
  | { readonly state: 'sealed'; readonly epoch: bigint; readonly message: bigint }
  | { readonly state: 'cancelled' };

export type LockTrace = LockView & { readonly place: LockPlace };

/** The locks of one transaction, in order. */
export interface BatchView {
  readonly batchId: string;
  readonly laneId: bigint;
  readonly locks: readonly LockTrace[];
}

/** A record whose state is not the one last sealed for a lane. */
export interface DirtyRecord {
  readonly rightsId: Hex;
  /** false when the lane has never attested it. */
  readonly isAttested: boolean;
}

export interface EpochView {
  readonly laneId: bigint;
  readonly epoch: bigint;
  readonly firstMessage: bigint;
  readonly messageCount: number;
  readonly stateCount: number;
  /** 204 bytes. */
  readonly header: Hex;
  /** States first, then messages, 32 bytes each. */
  readonly words: Hex;
  /** One per message, in order. Its canonical JSON hashes to the header's detailsHash and stays inside the consortium. */
  readonly details: { readonly locks: readonly Omit<LockView, 'recipient'>[] };
  /** One per state, in order of slot. */
  readonly rightsIds: readonly Hex[];
}

export interface SupplyView {
  readonly rightsId: Hex;
  readonly sealed: bigint;
  readonly released: bigint;
}

export interface RecordChange {
  readonly txId: string;
  /** Unix seconds of the proposal. */
  readonly at: number;
  readonly value: RecordView;
}

export interface ChaincodeConfig {
  readonly networkId: string;
  readonly channel: string;
  readonly chaincode: string;
  readonly assetChainId: Hex;
  /** MSP id → what its clients may do. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
}
