import type { ConfidentialRecord } from '@twinspan/protocol';
import type { Hex } from 'viem';
import type * as views from './views.ts';

/** Queries are evaluated on the connected peer alone: they are that peer's word, not the consortium's. */
export interface Queries {
  record(rightsId: Hex): Promise<views.RecordView | undefined>;
  records(pageSize?: number): AsyncIterable<views.RecordView>;
  holding(rightsId: Hex, account: string): Promise<views.HoldingView | undefined>;
  holdings(rightsId: Hex, pageSize?: number): AsyncIterable<views.HoldingView>;
  /** Only on the client's own org's peer, and only for the record orgs. */
  privateRecord(rightsId: Hex): Promise<PrivateRecord | undefined>;
  lane(laneId: bigint): Promise<views.LaneView | undefined>;
  lanes(pageSize?: number): AsyncIterable<views.LaneView>;
  pendingLocks(laneId: bigint, pageSize?: number): AsyncIterable<views.LockView>;
  /** The locks of one batch and where each stands. */
  locks(batchId: string): Promise<readonly views.LockTrace[]>;
  epoch(laneId: bigint, epoch: bigint): Promise<views.EpochView | undefined>;
  supply(laneId: bigint, rightsId: Hex): Promise<views.SupplyView>;
  supplies(laneId: bigint, pageSize?: number): AsyncIterable<views.SupplyView>;
  /** Records whose state differs from the last one sealed for the lane. */
  dirty(laneId: bigint, pageSize?: number): AsyncIterable<Hex>;
  attestors(): Promise<views.AttestorSet | undefined>;
  /** How far the lane's outbox has been applied, and its head there. */
  laneOutbox(laneId: bigint): Promise<{ readonly releasedThrough: bigint; readonly head: Hex }>;
  history(rightsId: Hex): Promise<readonly views.RecordChange[]>;
  config(): Promise<views.ChaincodeConfig>;
}

export interface PrivateRecord {
  readonly record: ConfidentialRecord;
  readonly commitment: Hex;
}
