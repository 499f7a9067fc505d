import { canonicalJsonBytes } from '@twinspan/protocol';
import type { ZodType } from 'zod';
import { custodians, custodiansAndRegistries, everyMember, registries } from './access.ts';
import type { Role } from './access.ts';
import { parseArgument } from './argument.ts';
import type { Call } from './call.ts';
import { approveAttestors, approveAttestorsArgs } from './contracts/attestors.ts';
import * as ofLanes from './contracts/laneQueries.ts';
import { laneArgs, openLane, openLaneArgs } from './contracts/lanes.ts';
import { cancelLocks, cancelLocksArgs, lock, lockArgs } from './contracts/locks.ts';
import * as ofRecords from './contracts/recordQueries.ts';
import { freeze, revoke, statusArgs, unfreeze, value, valueArgs } from './contracts/records.ts';
import * as registration from './contracts/registration.ts';
import { release, releaseArgs } from './contracts/release.ts';
import { seal, sealArgs } from './contracts/seal.ts';

/** One row of the dispatch table. */
export interface Transaction {
  /** Organizations with one of these roles may run it; what they may run it on is the transaction's own check. */
  readonly who: readonly Role[];
  /** A query is evaluated and never writes. */
  readonly kind: 'submit' | 'query';
  /** Shape of its one argument. */
  readonly args: ZodType;
  readonly run: (call: Call, argument: string) => Promise<Uint8Array>;
}

type Body<Args> = (call: Call, args: Args) => Promise<object>;

function submit<Args>(who: readonly Role[], args: ZodType<Args>, body: Body<Args>): Transaction {
  return { who, kind: 'submit', args, run: (call, argument) => answered(body(call, parseArgument(args, argument))) };
}

function query<Args>(who: readonly Role[], args: ZodType<Args>, body: Body<Args>): Transaction {
  return { who, kind: 'query', args, run: (call, argument) => answered(body(call, parseArgument(args, argument))) };
}

/** Every answer is canonical JSON and so begins with a brace; only `readEpoch` is made without this. */
async function answered(answer: Promise<object>): Promise<Uint8Array> {
  return canonicalJsonBytes(await answer);
}

const readEpoch: Transaction = {
  who: everyMember,
  kind: 'query',
  args: ofLanes.epochArgs,
  run: (call, argument) => ofLanes.readEpoch(call, parseArgument(ofLanes.epochArgs, argument)),
};

/** Everything that the chaincode can be asked, by name. */
export const transactions: ReadonlyMap<string, Transaction> = new Map([
  ['register', submit(custodians, registration.registerArgs, registration.register)],
  ['appraise', submit(custodians, registration.appraiseArgs, registration.appraise)],
  ['confirm', submit(registries, registration.confirmArgs, registration.confirm)],
  ['value', submit(custodians, valueArgs, value)],
  ['freeze', submit(registries, statusArgs, freeze)],
  ['unfreeze', submit(registries, statusArgs, unfreeze)],
  ['revoke', submit(registries, statusArgs, revoke)],

  ['openLane', submit(custodians, openLaneArgs, openLane)],
  ['lock', submit(custodians, lockArgs, lock)],
  ['cancelLocks', submit(custodians, cancelLocksArgs, cancelLocks)],
  ['seal', submit(custodiansAndRegistries, sealArgs, seal)],
  ['readEpoch', readEpoch],
  ['release', submit(everyMember, releaseArgs, release)],
  ['approveAttestors', submit(everyMember, approveAttestorsArgs, approveAttestors)],

  ['record', query(everyMember, ofRecords.recordArgs, ofRecords.record)],
  ['records', query(everyMember, ofRecords.recordsArgs, ofRecords.records)],
  ['holding', query(everyMember, ofRecords.holdingArgs, ofRecords.holding)],
  ['holdings', query(everyMember, ofRecords.holdingsArgs, ofRecords.holdings)],
  ['privateRecord', query(custodiansAndRegistries, ofRecords.privateRecordArgs, ofRecords.privateRecord)],
  ['history', query(everyMember, ofRecords.recordArgs, ofRecords.history)],

  ['lane', query(everyMember, laneArgs, ofLanes.lane)],
  ['lanes', query(everyMember, ofLanes.lanesArgs, ofLanes.lanes)],
  ['pendingLocks', query(everyMember, ofLanes.lanePageArgs, ofLanes.pendingLocks)],
  ['locks', query(everyMember, ofLanes.locksArgs, ofLanes.locks)],
  ['epoch', query(everyMember, ofLanes.epochArgs, ofLanes.epoch)],
  ['supply', query(everyMember, ofLanes.supplyArgs, ofLanes.supply)],
  ['supplies', query(everyMember, ofLanes.lanePageArgs, ofLanes.supplies)],
  ['dirty', query(everyMember, ofLanes.lanePageArgs, ofLanes.dirty)],
  ['attestors', query(everyMember, ofLanes.noArgs, ofLanes.attestors)],
  ['laneOutbox', query(everyMember, laneArgs, ofLanes.laneOutbox)],
  ['config', query(everyMember, ofLanes.noArgs, ofLanes.config)],
]);
