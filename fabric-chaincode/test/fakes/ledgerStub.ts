import type { KeyChange, LedgerStub } from '../../src/ledger/stub.ts';

/** A proposal as a peer hands it to chaincode. */
export interface Proposal {
  readonly txId: string;
  readonly mspId: string;
  /** Unix seconds. */
  readonly sentAt: number;
  readonly args: readonly string[];
  readonly transient?: Readonly<Record<string, Uint8Array>>;
}

/** What a run read and wrote; `undefined` is a deletion. */
export interface ReadWriteSet {
  readonly reads: ReadonlySet<string>;
  /** How often a key was read, repeated reads included. */
  readonly readCount: number;
  readonly writes: ReadonlyMap<string, string | undefined>;
  readonly privateWrites: ReadonlyMap<string, string>;
  readonly event: { readonly name: string; readonly ids: unknown } | undefined;
  readonly ranges: number;
}

interface Version {
  readonly txId: string;
  readonly at: number;
  readonly value: string | undefined;
}

/** One channel's committed state, as every peer of the channel has it. Values are kept as latin1 text. */
export class Ledger {
  readonly state = new Map<string, string>();
  readonly privateState = new Map<string, string>();
  readonly #history = new Map<string, Version[]>();

  commit(proposal: Proposal, { writes, privateWrites }: ReadWriteSet): void {
    for (const [key, value] of writes) {
      if (value === undefined) this.state.delete(key);
      else this.state.set(key, value);
      const versions = this.#history.get(key) ?? [];
      this.#history.set(key, [{ txId: proposal.txId, at: proposal.sentAt, value }, ...versions]);
    }
    for (const [key, value] of privateWrites) this.privateState.set(key, value);
  }

  historyOf(key: string): readonly Version[] {
    return this.#history.get(key) ?? [];
  }
}

const bytesOf = (text: string | undefined): Uint8Array => Buffer.from(text ?? '', 'latin1');
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** A stub over a ledger. As on a peer, a read sees committed state only and a second event is a mistake. */
export class FakeStub implements LedgerStub {
  readonly #ledger: Ledger;
  readonly #proposal: Proposal;
  readonly #reads = new Set<string>();
  readonly #writes = new Map<string, string | undefined>();
  readonly #privateWrites = new Map<string, string>();
  /** Whether this peer is a member of the private collections. */
  readonly #hasCollections: boolean;
  #event: ReadWriteSet['event'];
  #ranges = 0;
  #readCount = 0;

  constructor(ledger: Ledger, proposal: Proposal, hasCollections: boolean) {
    this.#ledger = ledger;
    this.#proposal = proposal;
    this.#hasCollections = hasCollections;
  }

  get readWriteSet(): ReadWriteSet {
    return {
      reads: this.#reads,
      readCount: this.#readCount,
      writes: this.#writes,
      privateWrites: this.#privateWrites,
      event: this.#event,
      ranges: this.#ranges,
    };
  }

  getArgs(): readonly string[] {
    return this.#proposal.args;
  }

  getTxID(): string {
    return this.#proposal.txId;
  }

  getChannelID(): string {
    return 'assets';
  }

  getCreator(): { readonly mspid: string } {
    return { mspid: this.#proposal.mspId };
  }

  getDateTimestamp(): Date {
    return new Date(this.#proposal.sentAt * 1000);
  }

  getTransient(): ReadonlyMap<string, Uint8Array> {
    return new Map(Object.entries(this.#proposal.transient ?? {}));
  }

  createCompositeKey(objectType: string, attributes: string[]): string {
    if ([objectType, ...attributes].some((part) => part === '')) throw new Error('an empty part of a key');
    return `\0${[objectType, ...attributes].map((part) => `${part}\0`).join('')}`;
  }

  getState(key: string): Promise<Uint8Array> {
    this.#reads.add(key);
    this.#readCount++;
    return Promise.resolve(bytesOf(this.#ledger.state.get(key)));
  }

  putState(key: string, value: Uint8Array): Promise<void> {
    if (value.length === 0) throw new Error('an empty value');
    this.#writes.set(key, textOf(value));
    return Promise.resolve();
  }

  deleteState(key: string): Promise<void> {
    this.#writes.set(key, undefined);
    return Promise.resolve();
  }

  getStateByPartialCompositeKeyWithPagination(
    objectType: string,
    attributes: string[],
    pageSize: number,
    bookmark = '',
  ): ReturnType<LedgerStub['getStateByPartialCompositeKeyWithPagination']> {
    this.#ranges++;
    const prefix = this.createCompositeKey(objectType, attributes);
    const from = bookmark === '' ? prefix : bookmark;
    const keys = [...this.#ledger.state.keys()].filter((key) => key >= from && key < `${prefix}\u{10ffff}`).sort();
    const page = keys.slice(0, pageSize).map((key) => ({ key, value: bytesOf(this.#ledger.state.get(key)) }));
    // As the real shim: metadata that encodes to nothing is left out.
    const response = Promise.resolve(page.length === 0 ? {} : { metadata: { bookmark: keys[pageSize] ?? '' } });
    return Object.assign(response, { [Symbol.asyncIterator]: () => iterate(page) });
  }

  getHistoryForKey(key: string): AsyncIterable<KeyChange> {
    const changes = this.#ledger.historyOf(key).map(({ txId, at, value }) => ({
      txId,
      isDelete: value === undefined,
      value: bytesOf(value),
      timestamp: { seconds: at },
    }));
    return { [Symbol.asyncIterator]: () => iterate(changes) };
  }

  getPrivateData(collection: string, key: string): Promise<Uint8Array> {
    if (!this.#hasCollections) return Promise.reject(new Error('not a member of the collection'));
    return Promise.resolve(bytesOf(this.#ledger.privateState.get(`${collection}/${key}`)));
  }

  putPrivateData(collection: string, key: string, value: Uint8Array): Promise<void> {
    this.#privateWrites.set(`${collection}/${key}`, textOf(value));
    return Promise.resolve();
  }

  setEvent(name: string, payload: Uint8Array): void {
    if (this.#event !== undefined) throw new Error('a second event');
    this.#event = { name, ids: JSON.parse(Buffer.from(payload).toString()) };
  }
}

async function* iterate<Value>(values: readonly Value[]): AsyncGenerator<Value, void> {
  for (const value of values) yield await Promise.resolve(value);
}
