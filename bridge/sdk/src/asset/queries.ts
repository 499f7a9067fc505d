import { rightsIdField } from '@twinspan/protocol';
import type { AttestorSet, ConfidentialRecord, FaultCode, Hex } from '@twinspan/protocol';
import { z } from 'zod';
import * as answers from './answers.ts';
import { evaluate, evaluateOptional } from './evaluate.ts';
import { DEFAULT_PAGE_SIZE, pages } from './pages.ts';
import type { AssetSession } from './session.ts';
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
  attestors(): Promise<AttestorSet | undefined>;
  /** How far the lane's outbox has been applied, and its head there. */
  laneOutbox(laneId: bigint): Promise<{ readonly releasedThrough: bigint; readonly head: Hex }>;
  history(rightsId: Hex): Promise<readonly views.RecordChange[]>;
  config(): Promise<views.ChaincodeConfig>;
}

export interface PrivateRecord {
  readonly record: ConfidentialRecord;
  readonly commitment: Hex;
}

export function queries(session: AssetSession): Queries {
  const optional = <Schema extends z.ZodType>(
    transaction: string,
    args: object,
    absentCode: FaultCode,
    schema: Schema,
  ): Promise<z.output<Schema> | undefined> => evaluateOptional(session, { transaction, args, absentCode }, schema);
  const paged = <Schema extends z.ZodType>(
    transaction: string,
    args: object,
    pageSize: number | undefined,
    item: Schema,
  ): AsyncGenerator<z.output<Schema>> =>
    pages(session, { transaction, args, pageSize: pageSize ?? DEFAULT_PAGE_SIZE }, item);
  return {
    record: (rightsId) => optional('record', { rightsId }, 'RECORD_UNKNOWN', answers.recordAnswer),
    records: (pageSize) => paged('records', {}, pageSize, answers.recordAnswer),
    holding: (rightsId, account) => optional('holding', { rightsId, account }, 'RECORD_UNKNOWN', answers.holdingAnswer),
    holdings: (rightsId, pageSize) => paged('holdings', { rightsId }, pageSize, answers.holdingAnswer),
    privateRecord: (rightsId) =>
      optional('privateRecord', { rightsId }, 'PRIVATE_MISSING', answers.privateRecordAnswer),
    lane: (laneId) => optional('lane', { laneId }, 'LANE_UNKNOWN', answers.laneAnswer),
    lanes: (pageSize) => paged('lanes', {}, pageSize, answers.laneAnswer),
    pendingLocks: (laneId, pageSize) => paged('pendingLocks', { laneId }, pageSize, answers.lockAnswer),
    locks: (batchId) => evaluate(session, 'locks', { batchId }, z.array(answers.lockTraceAnswer)),
    epoch: (laneId, epoch) => optional('epoch', { laneId, epoch }, 'EPOCH_UNKNOWN', answers.epochAnswer),
    supply: (laneId, rightsId) => evaluate(session, 'supply', { laneId, rightsId }, answers.supplyAnswer),
    supplies: (laneId, pageSize) => paged('supplies', { laneId }, pageSize, answers.supplyAnswer),
    dirty: (laneId, pageSize) => paged('dirty', { laneId }, pageSize, rightsIdField),
    attestors: () => optional('attestors', {}, 'ATTESTORS_UNSET', answers.attestorsAnswer),
    laneOutbox: (laneId) => evaluate(session, 'laneOutbox', { laneId }, answers.outboxAnswer),
    history: (rightsId) => evaluate(session, 'history', { rightsId }, answers.historyAnswer),
    config: () => evaluate(session, 'config', {}, answers.configAnswer),
  };
}
