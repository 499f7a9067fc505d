import {
  decodeHeader,
  encodeHeader,
  encodeWords,
  Fault,
  headerHashOf,
  hexFromBytes,
  wordsHashOf,
  ZERO_WORD,
} from '@twinspan/protocol';
import type { EpochHeader, Hex, Message, RecordState, Status } from '@twinspan/protocol';
import type {
  AssetChain,
  AssetChange,
  AssetEvent,
  EndorsedEpoch,
  EpochView,
  LaneView,
  LockTrace,
  PrivateRecord,
  RecordView,
  ReleaseArgs,
  SealArgs,
} from '@twinspan/sdk';
import { commitmentOf, confidentialRecord, recordView } from './memoryRecord.ts';
import { Tail } from './tail.ts';
import { lockPageOf } from './lockPage.ts';
import { MemoryReleases } from './memoryReleases.ts';
import { MemoryConsortium, payloadAround } from './consortium.ts';

export type AssetVerbs = Pick<
  AssetChain,
  | 'seal'
  | 'pendingLocksPage'
  | 'dirty'
  | 'record'
  | 'records'
  | 'privateRecord'
  | 'supplies'
  | 'lane'
  | 'lanes'
  | 'endorseEpoch'
  | 'epoch'
  | 'attestors'
  | 'laneOutbox'
  | 'release'
  | 'events'
  | 'height'
>;

export const LANE = 77n;
export const RIGHTS: Hex = `0x00${'11'.repeat(31)}`;

interface Sealed {
  readonly header: Uint8Array;
  readonly words: Uint8Array;
}

/** An asset chain with one lane and one record in memory. Each change is a block of its own. */
export class MemoryAsset {
  readonly consortium: MemoryConsortium;
  readonly custodian = 'CustodianMSP';
  readonly #bridge: Hex;
  readonly #tradingChainId: bigint;
  readonly #pending: LockTrace[] = [];
  readonly #epochs = new Tail<Sealed>();
  readonly #events = new Tail<AssetEvent>();
  readonly #listeners = new Set<() => void>();
  #status: Status = 'ACTIVE';
  #isStopDirty = false;
  readonly record = confidentialRecord(RIGHTS);
  readonly releases: MemoryReleases;
  #sealedUnits = 0n;
  #nextMessage = 0n;
  #locks = 0;
  #recipients = Number.MAX_SAFE_INTEGER;
  /** Set to make the next calls of a verb fail. */
  readonly failures = new Map<keyof AssetVerbs, Fault[]>();

  constructor(tradingChainId: bigint, bridge: Hex, consortium = new MemoryConsortium()) {
    this.consortium = consortium;
    this.#tradingChainId = tradingChainId;
    this.#bridge = bridge;
    this.releases = new MemoryReleases({ tradingChainId, bridge });
  }

  lock(...units: readonly bigint[]): void {
    for (const one of units) {
      this.#locks += 1;
      const recipient: Hex = `0x${(this.#locks % this.#recipients).toString(16).padStart(40, '0')}`;
      const lockId = `${'ab'.repeat(32)}:${this.#locks}`;
      this.#pending.push({
        lockId,
        rightsId: RIGHTS,
        account: 'house',
        recipient,
        units: one,
        reference: '',
        place: { state: 'pending' },
      });
    }
    this.#emit({ name: 'Locked', laneId: LANE, batchId: 'ab'.repeat(32), count: units.length });
  }

  /** Keeps so many events and epochs, and has units go to so many recipients in turn. */
  forget(keep: number, recipients: number): void {
    [this.#epochs.keep, this.#events.keep] = [keep, keep];
    this.#recipients = recipients;
  }

  /** The registry freezes the record; its lane has not attested that yet. */
  freeze(): void {
    this.#status = 'FROZEN';
    this.#isStopDirty = true;
    this.#emit({ name: 'RecordChanged', rightsId: RIGHTS });
  }

  /** Somebody's release was committed. */
  released(releasedThrough: bigint): void {
    this.#emit({ name: 'Released', laneId: LANE, releasedThrough });
  }

  get waiting(): number {
    return this.#pending.length;
  }

  get sealedEpochs(): number {
    return this.#epochs.length;
  }

  /** As one client of it has them. */
  verbs(): AssetVerbs {
    return {
      seal: (args) => this.#ask('seal', () => this.#seal(args)),
      pendingLocksPage: (_laneId, page) => this.#ask('pendingLocksPage', () => lockPageOf(this.#pending, page)),
      dirty: () => listed(this.#isStopDirty ? [{ rightsId: RIGHTS, isAttested: true }] : []),
      record: () => this.#ask('record', () => this.#view()),
      records: () => listed([this.#view()]),
      privateRecord: () => this.#ask('privateRecord', () => this.#private()),
      supplies: () => listed([]),
      attestors: () => this.#ask('attestors', () => this.releases.attestors),
      laneOutbox: () =>
        this.#ask('laneOutbox', () => ({ releasedThrough: this.releases.through, head: this.releases.head })),
      release: (args) => this.#ask('release', () => this.#release(args)),
      lane: () => this.#ask('lane', () => this.#lane()),
      lanes: () => listed([this.#lane()]),
      endorseEpoch: (_laneId, epoch, mspIds) => this.#ask('endorseEpoch', () => this.#endorse(epoch, mspIds)),
      epoch: (_laneId, epoch) => this.#ask('epoch', () => this.#epoch(epoch)),
      events: ({ from, signal }) => this.#stream(from?.blockNumber ?? this.#height() - 1n, signal),
      height: () => this.#ask('height', () => this.#height()),
    };
  }

  #height(): bigint {
    return BigInt(this.#events.length) + 1n;
  }

  #lane(): LaneView {
    return {
      laneId: LANE,
      custodian: this.custodian,
      tradingChainId: this.#tradingChainId,
      bridge: this.#bridge,
      ordinal: 0,
      epoch: BigInt(this.#epochs.length),
      nextMessage: this.#nextMessage,
      releasedThrough: 0n,
    } as LaneView;
  }

  #seal({ lockIds }: SealArgs): Awaited<ReturnType<AssetVerbs['seal']>> {
    const taken = lockIds.map((lockId) => {
      const place = this.#pending.findIndex((lock) => lock.lockId === lockId);
      const [lock] = place === -1 ? [] : this.#pending.splice(place, 1);
      if (lock === undefined) throw new Fault('LOCK_SEALED', `${lockId} is not pending`);
      return lock;
    });
    this.#sealedUnits += taken.reduce((sum, lock) => sum + lock.units, 0n);
    const messages = taken.map(({ recipient, units }): Message => ({ kind: 'MINT', slot: 0, recipient, units }));
    const words = encodeWords({ states: [this.#state()], messages });
    const header = encodeHeader(this.#nextHeader(words, messages.length));
    this.#epochs.push({ header, words });
    this.#isStopDirty = false;
    const firstMessage = this.#nextMessage;
    this.#nextMessage += BigInt(messages.length);
    const result = { epoch: BigInt(this.#epochs.length), firstMessage, messageCount: messages.length, stateCount: 1 };
    this.#emit({ name: 'Sealed', laneId: LANE, epoch: result.epoch });
    return { txId: 'seal', blockNumber: this.#height() - 1n, result };
  }

  #view(): RecordView {
    return { ...recordView(this.record), status: this.#status };
  }

  #private(): PrivateRecord {
    return { record: this.record, commitment: commitmentOf(this.record) };
  }

  #release(args: ReleaseArgs): Awaited<ReturnType<AssetVerbs['release']>> {
    const applied = this.releases.apply(args);
    const releasedThrough = this.releases.through;
    if (applied > 0) this.#emit({ name: 'Released', laneId: LANE, releasedThrough });
    return { txId: 'release', blockNumber: this.#height() - 1n, result: { applied, releasedThrough } };
  }

  #state(): RecordState {
    return {
      rightsId: RIGHTS,
      status: this.#status,
      sealedUnits: this.#sealedUnits,
      releasedUnits: 0n,
      unitValue: 1n,
      valuedAt: 1_700_000_000,
      recordCommitment: commitmentOf(this.record),
      termsHash: `0x${'03'.repeat(32)}`,
    };
  }

  #nextHeader(words: Uint8Array, messageCount: number): EpochHeader {
    const before = this.#epochs.last();
    return {
      assetChainId: this.consortium.consortium.assetChainId,
      laneId: LANE,
      tradingChainId: this.#tradingChainId,
      bridge: this.#bridge,
      epoch: BigInt(this.#epochs.length) + 1n,
      previousHeader: before === undefined ? ZERO_WORD : headerHashOf(before.header),
      firstMessage: this.#nextMessage,
      messageCount,
      stateCount: 1,
      wordsHash: wordsHashOf(words),
      detailsHash: ZERO_WORD,
      sealedAt: 1_700_000_000n,
      releasedThrough: this.releases.through,
    };
  }

  #endorse(epoch: bigint, mspIds: readonly string[]): EndorsedEpoch {
    const { header } = this.#sealed(epoch);
    const payload = payloadAround(header);
    return { laneId: LANE, epoch, payload, header, endorsements: this.consortium.endorse(payload, mspIds) };
  }

  #epoch(epoch: bigint): EpochView {
    const { header, words } = this.#sealed(epoch);
    const { firstMessage, messageCount, stateCount } = decodeHeader(header);
    const hex = { header: hexFromBytes(header), words: hexFromBytes(words) };
    const about = { laneId: LANE, epoch, firstMessage, messageCount, stateCount };
    return { ...about, ...hex, details: { locks: [] }, rightsIds: [RIGHTS] };
  }

  #sealed(epoch: bigint): Sealed {
    const found = this.#epochs.at(Number(epoch) - 1);
    if (found === undefined) throw new Fault('EPOCH_UNKNOWN', `there is no epoch ${epoch}`);
    return found;
  }

  #ask<Answer>(verb: keyof AssetVerbs, answer: () => Answer): Promise<Answer> {
    const failure = this.failures.get(verb)?.shift();
    if (failure !== undefined) return Promise.reject(failure);
    try {
      return Promise.resolve(answer());
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #emit(change: AssetChange): void {
    const blockNumber = BigInt(this.#events.length) + 1n;
    this.#events.push({ ...change, blockNumber, txId: `tx${blockNumber}` });
    for (const listener of this.#listeners) listener();
  }

  async *#stream(after: bigint, signal: AbortSignal): AsyncGenerator<AssetEvent> {
    for (let place = Number(after); !signal.aborted;) {
      const event = this.#events.at(place);
      if (event === undefined) await this.#news(signal);
      else {
        place += 1;
        yield event;
      }
    }
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#listeners.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#listeners.add(done);
      signal.addEventListener('abort', done);
    });
  }
}

async function* listed<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
}
