import type { Hex } from '@twinspan/protocol';
import type { PrivateKey, RawKey, StateKey } from './store.ts';
import * as values from './values.ts';

/** The part of the stub that makes keys. */
export interface KeyMaker {
  createCompositeKey(objectType: string, attributes: string[]): string;
}

/** The collection of confidential records, kept by custodians and registry. */
const RECORDS_COLLECTION = 'records';

/** Messages whose epochs are indexed under one key, so that a bounce finds its epoch without a range query. */
export const MESSAGE_BLOCK = 256n;

/**
 * Every key of the ledger. Numbers are padded so that text order is number order. A record has one custodian and a lane
 * has one too, so two custodians' transactions never write the same key; only the attestor set is common to all.
 *
 * | object type | attributes        | stores                                    | written by                          |
 * | ----------- | ----------------- | ----------------------------------------- | ----------------------------------- |
 * | record      | rightsId          | the public side of a record               | register … revoke                   |
 * | holding     | rightsId, account | units of one account                      | confirm, lock, cancelLocks, release |
 * | window      | rightsId          | units released in each of the last hours  | release                             |
 * | lane        | laneId            | whose it is and where it leads; for ever  | openLane                            |
 * | head        | laneId            | last epoch and next message               | openLane, seal                      |
 * | outbox      | laneId            | how far the outbox is applied             | openLane, release                   |
 * | totals      | laneId, rightsId  | sealed and released units, last state     | seal, release                       |
 * | pending     | laneId, batch id  | a batch with a lock that still waits      | lock, cancelLocks, seal             |
 * | settled     | batch id          | a batch of which no lock waits            | cancelLocks, seal                   |
 * | header      | laneId, epoch     | the raw 204 bytes                         | seal                                |
 * | epoch       | laneId, epoch     | words and details of an epoch             | seal                                |
 * | messages    | laneId, block     | which epochs hold these message indices   | seal                                |
 * | attestors   | –                 | the attestor set in force                 | approveAttestors                    |
 * | approval    | MSP id            | the set that one organization approved    | approveAttestors                    |
 */
export class Keys {
  readonly #maker: KeyMaker;

  constructor(maker: KeyMaker) {
    this.#maker = maker;
  }

  record(rightsId: Hex): StateKey<values.RecordValue> {
    return { key: this.#key('record', rightsId), shape: values.recordValue };
  }

  holding(rightsId: Hex, account: string): StateKey<values.HoldingValue> {
    return { key: this.#key('holding', rightsId, account), shape: values.holdingValue };
  }

  window(rightsId: Hex): StateKey<values.WindowValue> {
    return { key: this.#key('window', rightsId), shape: values.windowValue };
  }

  lane(laneId: bigint): StateKey<values.LaneValue> {
    return { key: this.#key('lane', padded(laneId)), shape: values.laneValue };
  }

  head(laneId: bigint): StateKey<values.HeadValue> {
    return { key: this.#key('head', padded(laneId)), shape: values.headValue };
  }

  outbox(laneId: bigint): StateKey<values.OutboxValue> {
    return { key: this.#key('outbox', padded(laneId)), shape: values.outboxValue };
  }

  totals(laneId: bigint, rightsId: Hex): StateKey<values.TotalsValue> {
    return { key: this.#key('totals', padded(laneId), rightsId), shape: values.totalsValue };
  }

  pending(laneId: bigint, batchId: string): StateKey<values.BatchValue> {
    return { key: this.#key('pending', padded(laneId), batchId), shape: values.batchValue };
  }

  settled(batchId: string): StateKey<values.BatchValue> {
    return { key: this.#key('settled', batchId), shape: values.batchValue };
  }

  header(laneId: bigint, epoch: bigint): RawKey {
    return { rawKey: this.#key('header', padded(laneId), padded(epoch)) };
  }

  epoch(laneId: bigint, epoch: bigint): StateKey<values.EpochValue> {
    return { key: this.#key('epoch', padded(laneId), padded(epoch)), shape: values.epochValue };
  }

  messages(laneId: bigint, block: bigint): StateKey<values.MessageBlockValue> {
    return { key: this.#key('messages', padded(laneId), padded(block)), shape: values.messageBlockValue };
  }

  attestors(): StateKey<values.AttestorsValue> {
    return { key: this.#key('attestors'), shape: values.attestorsValue };
  }

  approval(mspId: string): StateKey<values.AttestorsValue> {
    return { key: this.#key('approval', mspId), shape: values.attestorsValue };
  }

  /** Every version of a confidential record stays: the prover needs the one in force, the registry the pending one. */
  confidential(rightsId: Hex, commitment: Hex): PrivateKey {
    return { collection: RECORDS_COLLECTION, privateKey: this.#key('record', rightsId, commitment) };
  }

  #key(objectType: string, ...attributes: string[]): string {
    return this.#maker.createCompositeKey(objectType, attributes);
  }
}

/** Which keys a query may page through, with the shape of their values. */
export const listings = {
  records: { objectType: 'record', shape: values.recordValue },
  holdings: { objectType: 'holding', shape: values.holdingValue },
  lanes: { objectType: 'lane', shape: values.laneValue },
  totals: { objectType: 'totals', shape: values.totalsValue },
  pending: { objectType: 'pending', shape: values.batchValue },
} as const;

/** A lane id, epoch or block as wide as the largest uint64. */
export function padded(value: bigint): string {
  return value.toString().padStart(20, '0');
}
