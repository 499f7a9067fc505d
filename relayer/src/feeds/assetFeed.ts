import type { Fault } from '@twinspan/protocol';
import type { AssetChain, AssetEvent } from '@twinspan/sdk';
import { asFault } from '../asFault.ts';
import type { Tables } from '../db/tables.ts';
import type { Metrics } from '../metrics.ts';
import type { Observer } from '../observer.ts';
import type { Stage } from '../stage.ts';
import { Wake } from '../wake.ts';

/** Pause before an event that could not be applied is tried again. */
const STALL_MS = 500;
const CURSOR = 'asset';

interface Modules {
  readonly asset: Pick<AssetChain, 'events'>;
  readonly tables: Tables;
  readonly observers: readonly Observer[];
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

/**
 * Chaincode events from a durable cursor, each applied in one batch with the cursor.
 * @param startBlock where to begin without a cursor: what happened before was asked of both chains at start
 */
export function assetFeed(startBlock: bigint, modules: Modules): Stage<AssetEvent> {
  const { tables, observers, metrics } = modules;
  const stream = new EventStream(startBlock, modules);
  const stalled = new Wake();
  return {
    name: 'asset-feed',
    wake: stream.wake,
    idleMs: 1_000,
    next: () => stream.next(),
    run: async (event) => {
      const writes = tables.writes('asset-feed/apply');
      for (const observer of observers) await observer.onAsset?.(event, writes);
      writes.put(tables.cursors, CURSOR, { block: event.blockNumber, txId: event.txId });
      await writes.commit();
      stream.taken();
      metrics.position('asset', event.blockNumber);
    },
    // The event stays at the head of the stream: the next turn applies it again.
    postpone: () => stalled.wait(STALL_MS, modules.signal),
    park: (_event, fault) => Promise.reject(fault),
    transferId: (event) => `asset/${event.blockNumber}/${event.txId}`,
  };
}

/** One event at a time from the stream, kept until it is taken; a broken stream starts again from the cursor. */
class EventStream {
  readonly wake = new Wake();
  readonly #modules: Modules;
  readonly #startBlock: bigint;
  #iterator: AsyncIterator<AssetEvent> | undefined;
  #head: AssetEvent | undefined;
  #failure: Fault | undefined;
  #isPulling = false;

  constructor(startBlock: bigint, modules: Modules) {
    this.#startBlock = startBlock;
    this.#modules = modules;
  }

  async next(): Promise<AssetEvent | undefined> {
    if (this.#failure !== undefined) {
      const failure = this.#failure;
      this.#failure = undefined;
      this.#iterator = undefined;
      throw failure;
    }
    if (this.#head === undefined && !this.#isPulling) {
      this.#iterator ??= await this.#open();
      this.#pull(this.#iterator);
    }
    return this.#head;
  }

  taken(): void {
    this.#head = undefined;
  }

  async #open(): Promise<AsyncIterator<AssetEvent>> {
    const { tables, asset, signal } = this.#modules;
    const cursor = await tables.cursors.get(CURSOR);
    const from = {
      blockNumber: cursor?.block ?? this.#startBlock,
      ...(cursor?.txId === undefined ? {} : { txId: cursor.txId }),
    };
    return asset.events({ from, signal })[Symbol.asyncIterator]();
  }

  #pull(iterator: AsyncIterator<AssetEvent>): void {
    this.#isPulling = true;
    const settle = (): void => {
      this.#isPulling = false;
      this.wake.ring();
    };
    iterator.next().then(
      (result) => {
        if (result.done === true) this.#iterator = undefined;
        else this.#head = result.value;
        settle();
      },
      (error: unknown) => {
        this.#failure = asFault(error);
        settle();
      },
    );
  }
}
