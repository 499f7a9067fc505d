import type { AttestorSet, ConfidentialRecord, Hex } from '@twinspan/protocol';
import type { z } from 'zod';
import * as answers from './answers.ts';
import { evaluate, evaluateOptional } from './evaluate.ts';
import { DEFAULT_PAGE_SIZE, pageAnswer, pages, type PageAnswer } from './pages.ts';
import type { AssetSession } from './session.ts';
import type * as views from './views.ts';

/** Queries are evaluated on the connected peer alone: they are that peer's word, not the consortium's. */
export interface Queries {
  record(rightsId: Hex): Promise<views.RecordView | undefined>;
  records(pageSize?: number): AsyncIterable<views.RecordView>;
  /** Zero units when nothing is held. */
  holding(rightsId: Hex, account: string): Promise<views.HoldingView>;
  holdings(rightsId: Hex, pageSize?: number): AsyncIterable<views.HoldingView>;
  /**
   * Only for the record's custodian and the registry. Absent `commitment`: the version in force, before the first
   * confirmation the pending one.
   */
  privateRecord(rightsId: Hex, commitment?: Hex): Promise<PrivateRecord | undefined>;
  lane(laneId: bigint): Promise<views.LaneView | undefined>;
  lanes(pageSize?: number): AsyncIterable<views.LaneView>;
  pendingLocks(laneId: bigint, pageSize?: number): AsyncIterable<views.LockTrace>;
  /** One page of these, by batches: the locks of one batch come together. `bookmark` is of the page before. */
  pendingLocksPage(laneId: bigint, page: { readonly size: number; readonly bookmark?: string }): Promise<LockPage>;
  /** The locks of one batch and where each stands. */
  locks(batchId: string): Promise<views.BatchView | undefined>;
  epoch(laneId: bigint, epoch: bigint): Promise<views.EpochView | undefined>;
  supply(laneId: bigint, rightsId: Hex): Promise<views.SupplyView>;
  supplies(laneId: bigint, pageSize?: number): AsyncIterable<views.SupplyView>;
  /** Confirmed records of the lane's custodian whose state differs from the last one sealed for the lane. */
  dirty(laneId: bigint, pageSize?: number): AsyncIterable<views.DirtyRecord>;
  attestors(): Promise<AttestorSet | undefined>;
  /** How far the lane's outbox has been applied, and its head there. */
  laneOutbox(laneId: bigint): Promise<{ readonly releasedThrough: bigint; readonly head: Hex }>;
  /** Newest first, at most 200. */
  history(rightsId: Hex): Promise<readonly views.RecordChange[]>;
  config(): Promise<views.ChaincodeConfig>;
}

export interface LockPage {
  readonly locks: readonly views.LockTrace[];
  /** Absent on the last page. */
  readonly bookmark: string | undefined;
}

export interface PrivateRecord {
  readonly record: ConfidentialRecord;
  readonly commitment: Hex;
}

export function queries(session: AssetSession): Queries {
  return { ...recordQueries(session), ...laneQueries(session) };
}

type RecordQueries = Pick<Queries, 'record' | 'records' | 'holding' | 'holdings' | 'privateRecord' | 'history'>;

const recordsPage = pageAnswer('records', answers.recordAnswer);
const holdingsPage = pageAnswer('holdings', answers.holdingAnswer);
const lanesPage = pageAnswer('lanes', answers.laneAnswer);
const locksPage = pageAnswer('locks', answers.lockTraceAnswer);
const suppliesPage = pageAnswer('supplies', answers.supplyAnswer);
const dirtyPage = pageAnswer('records', answers.dirtyAnswer);

function recordQueries(session: AssetSession): RecordQueries {
  return {
    record: (rightsId) =>
      evaluateOptional(
        session,
        { transaction: 'record', args: { rightsId }, absentCode: 'RECORD_UNKNOWN' },
        answers.recordAnswer,
      ),
    records: (pageSize = DEFAULT_PAGE_SIZE) =>
      pages(session, { transaction: 'records', args: {}, pageSize }, recordsPage),
    holding: (rightsId, account) => evaluate(session, 'holding', { rightsId, account }, answers.holdingAnswer),
    holdings: (rightsId, pageSize = DEFAULT_PAGE_SIZE) =>
      pages(session, { transaction: 'holdings', args: { rightsId }, pageSize }, holdingsPage),
    privateRecord: (rightsId, commitment) =>
      evaluateOptional(
        session,
        { transaction: 'privateRecord', args: { rightsId, commitment }, absentCode: 'PRIVATE_MISSING' },
        answers.privateRecordAnswer,
      ),
    history: async (rightsId) => (await evaluate(session, 'history', { rightsId }, answers.historyAnswer)).changes,
  };
}

function laneQueries(session: AssetSession): Omit<Queries, keyof RecordQueries> {
  const optional = {
    lane: 'LANE_UNKNOWN',
    locks: 'LOCK_UNKNOWN',
    epoch: 'EPOCH_UNKNOWN',
    attestors: 'ATTESTORS_UNSET',
  } as const;
  const find = <Schema extends z.ZodType>(
    transaction: keyof typeof optional,
    args: object,
    schema: Schema,
  ): Promise<z.output<Schema> | undefined> =>
    evaluateOptional(session, { transaction, args, absentCode: optional[transaction] }, schema);
  const paged = <Item>(
    transaction: string,
    args: object,
    page: PageAnswer<Item>,
    pageSize = DEFAULT_PAGE_SIZE,
  ): AsyncGenerator<Item> => pages(session, { transaction, args, pageSize }, page);
  return {
    lane: (laneId) => find('lane', { laneId }, answers.laneAnswer),
    lanes: (pageSize) => paged('lanes', {}, lanesPage, pageSize),
    pendingLocks: (laneId, pageSize) => paged('pendingLocks', { laneId }, locksPage, pageSize),
    pendingLocksPage: (laneId, page) => pendingLocksPage(session, laneId, page),
    locks: (batchId) => find('locks', { batchId }, answers.batchAnswer),
    epoch: (laneId, epoch) => find('epoch', { laneId, epoch }, answers.epochAnswer),
    supply: (laneId, rightsId) => evaluate(session, 'supply', { laneId, rightsId }, answers.supplyAnswer),
    supplies: (laneId, pageSize) => paged('supplies', { laneId }, suppliesPage, pageSize),
    dirty: (laneId, pageSize) => paged('dirty', { laneId }, dirtyPage, pageSize),
    attestors: () => find('attestors', {}, answers.attestorsAnswer),
    laneOutbox: (laneId) => evaluate(session, 'laneOutbox', { laneId }, answers.outboxAnswer),
    config: () => evaluate(session, 'config', {}, answers.configAnswer),
  };
}

async function pendingLocksPage(
  session: AssetSession,
  laneId: bigint,
  { size: pageSize, bookmark = '' }: Parameters<Queries['pendingLocksPage']>[1],
): Promise<LockPage> {
  const { items, bookmark: next } = await evaluate(session, 'pendingLocks', { laneId, pageSize, bookmark }, locksPage);
  return { locks: items, bookmark: next };
}
