import { canonicalJson, Fault } from '@twinspan/protocol';
import type { ZodType } from 'zod';
import type { LedgerEvent } from './events.ts';
import type { LedgerStub } from './stub.ts';

/** A key of the world state together with the shape of the JSON under it. Made in `keys.ts` only. */
export interface StateKey<Value> {
  readonly key: string;
  readonly shape: ZodType<Value>;
}

/** A key under which bytes are kept as they are. */
export interface RawKey {
  readonly rawKey: string;
}

/** A key of a private data collection. */
export interface PrivateKey {
  readonly collection: string;
  readonly privateKey: string;
}

/**
 * One transaction's view of the ledger. Each key is read at most once, because a read is a round trip to the peer; all
 * writes are kept back until `flush`, so that a transaction that fails has written nothing.
 */
export class Store {
  readonly #stub: LedgerStub;
  readonly #known = new Map<string, Uint8Array | undefined>();
  readonly #written = new Set<string>();
  readonly #privateWrites: { readonly at: PrivateKey; readonly value: Uint8Array }[] = [];
  #event: LedgerEvent | undefined;

  constructor(stub: LedgerStub) {
    this.#stub = stub;
  }

  /** @throws Fault LEDGER_CORRUPT when the value does not have the key's shape. */
  async get<Value>(at: StateKey<Value>): Promise<Value | undefined> {
    const bytes = await this.#read(at.key);
    return bytes === undefined ? undefined : parseValue(at.shape, bytes);
  }

  put<Value>(at: StateKey<Value>, value: Value): void {
    this.#write(at.key, Buffer.from(canonicalJson(value)));
  }

  delete(at: StateKey<unknown>): void {
    this.#write(at.key, undefined);
  }

  getRaw(at: RawKey): Promise<Uint8Array | undefined> {
    return this.#read(at.rawKey);
  }

  putRaw(at: RawKey, value: Uint8Array): void {
    this.#write(at.rawKey, value);
  }

  async getPrivate(at: PrivateKey): Promise<Uint8Array | undefined> {
    return presentBytes(await this.#stub.getPrivateData(at.collection, at.privateKey));
  }

  putPrivate(at: PrivateKey, value: Uint8Array): void {
    this.#privateWrites.push({ at, value });
  }

  /** Fabric keeps one event per transaction, so a second one is a mistake of ours. */
  emit(event: LedgerEvent): void {
    if (this.#event !== undefined) throw new Fault('INTERNAL', 'a transaction may emit one event only');
    this.#event = event;
  }

  /** Whether anything waits to be written. */
  get isChanged(): boolean {
    return this.#written.size > 0 || this.#privateWrites.length > 0 || this.#event !== undefined;
  }

  /** Sends every write to the peer, in the order in which the transaction made them. */
  async flush(): Promise<void> {
    for (const key of this.#written) {
      const value = this.#known.get(key);
      await (value === undefined ? this.#stub.deleteState(key) : this.#stub.putState(key, value));
    }
    for (const { at, value } of this.#privateWrites) {
      await this.#stub.putPrivateData(at.collection, at.privateKey, value);
    }
    if (this.#event !== undefined) {
      this.#stub.setEvent(this.#event.name, Buffer.from(canonicalJson(this.#event.ids)));
    }
  }

  async #read(key: string): Promise<Uint8Array | undefined> {
    if (!this.#known.has(key)) this.#known.set(key, presentBytes(await this.#stub.getState(key)));
    return this.#known.get(key);
  }

  #write(key: string, value: Uint8Array | undefined): void {
    this.#known.set(key, value);
    this.#written.add(key);
  }
}

/**
 * The value of a JSON key.
 * @throws Fault LEDGER_CORRUPT when it does not have this shape.
 */
export function parseValue<Value>(shape: ZodType<Value>, bytes: Uint8Array): Value {
  try {
    return shape.parse(JSON.parse(Buffer.from(bytes).toString()));
  } catch (cause) {
    throw new Fault('LEDGER_CORRUPT', 'a value on the ledger does not have the shape of its key', { cause });
  }
}

/** An absent key reads as no bytes. */
function presentBytes(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length === 0 ? undefined : bytes;
}
