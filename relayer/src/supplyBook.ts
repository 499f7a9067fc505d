import type { Hex } from '@twinspan/protocol';
import type { AssetChain, TradingChain } from '@twinspan/sdk';
import { recordKey } from './db/keys.ts';
import type { Tables } from './db/tables.ts';

/** Where the units of one record are, on both chains. */
export interface RecordSupply {
  readonly rightsId: Hex;
  readonly token: Hex | undefined;
  /** By the asset chain; undefined on a node that does not see it. */
  readonly sealed: bigint | undefined;
  readonly released: bigint | undefined;
  /** Sealed units that the trading chain knows of. */
  readonly attested: bigint;
  readonly minted: bigint;
  readonly held: bigint;
  /** Ever put into the outbox. */
  readonly outboxed: bigint;
  /** Sealed and not yet delivered. */
  readonly inFlight: bigint;
  /** What is accounted for on the trading chain above (or below) what was attested to it or sealed: must be 0. */
  readonly difference: bigint;
}

export interface LaneSupply {
  readonly laneId: bigint;
  /** Of the trading chain: all its figures are of this block. */
  readonly block: bigint;
  readonly atMs: number;
  readonly records: readonly RecordSupply[];
}

interface Modules {
  readonly asset: Pick<AssetChain, 'supplies'> | undefined;
  readonly trading: Pick<TradingChain, 'blockNumber' | 'bridgeSupply' | 'listing' | 'totalSupply'>;
  readonly tables: Pick<Tables, 'records'>;
  readonly clock: () => number;
}

/** Records asked about at once. */
const PARALLEL = 8;
/** The chains are left alone for so many times what the last look took. */
const REST = 10;

/** What both chains say about the supply of every record, read once for all who ask. */
export class SupplyBook {
  readonly #modules: Modules;
  readonly #lanes = new Map<bigint, { supply: LaneSupply; goodUntilMs: number }>();
  readonly #reading = new Map<bigint, Promise<LaneSupply>>();

  constructor(modules: Modules) {
    this.#modules = modules;
  }

  /** The newest look, however old. */
  last(laneId: bigint): LaneSupply | undefined {
    return this.#lanes.get(laneId)?.supply;
  }

  /** A look that is at most as old as ten of them take, and at least `freshMs`. One at a time for each lane. */
  read(laneId: bigint, freshMs = 2_000): Promise<LaneSupply> {
    const known = this.#lanes.get(laneId);
    if (known !== undefined && this.#modules.clock() < known.goodUntilMs) return Promise.resolve(known.supply);
    const running = this.#reading.get(laneId);
    if (running !== undefined) return running;
    const reading = this.#read(laneId, freshMs).finally(() => this.#reading.delete(laneId));
    this.#reading.set(laneId, reading);
    return reading;
  }

  async #read(laneId: bigint, freshMs: number): Promise<LaneSupply> {
    const { clock } = this.#modules;
    const startedMs = clock();
    const supply = await supplyOf(laneId, this.#modules);
    const nowMs = clock();
    this.#lanes.set(laneId, { supply, goodUntilMs: nowMs + Math.max(freshMs, REST * (nowMs - startedMs)) });
    return supply;
  }
}

interface Sealed {
  readonly rightsId: Hex;
  readonly sealed?: bigint;
  readonly released?: bigint;
}

/** Sealed units only grow, so they are read after the block that must not exceed them is chosen. */
export async function supplyOf(laneId: bigint, modules: Modules): Promise<LaneSupply> {
  const block = await modules.trading.blockNumber();
  const records: RecordSupply[] = [];
  let batch: Promise<RecordSupply>[] = [];
  for await (const sealed of sealedOf(laneId, modules)) {
    batch.push(recordSupply(laneId, sealed, block, modules));
    if (batch.length < PARALLEL) continue;
    records.push(...(await Promise.all(batch)));
    batch = [];
  }
  records.push(...(await Promise.all(batch)));
  return { laneId, block, atMs: modules.clock(), records };
}

/** The asset chain's own list; without it, the records whose state was seen attested. */
async function* sealedOf(laneId: bigint, { asset, tables }: Modules): AsyncGenerator<Sealed> {
  if (asset !== undefined) {
    yield* asset.supplies(laneId);
    return;
  }
  const range = { from: recordKey(laneId, ''), to: recordKey(laneId, 'g') };
  for await (const [, { rightsId }] of tables.records.entries(range)) yield { rightsId };
}

async function recordSupply(
  laneId: bigint,
  { rightsId, sealed, released }: Sealed,
  block: bigint,
  { trading }: Modules,
): Promise<RecordSupply> {
  const [bridge, listing] = await Promise.all([
    trading.bridgeSupply(laneId, rightsId, block),
    trading.listing(rightsId),
  ]);
  const { sealed: attested, held, outboxed } = bridge;
  const token = listing?.laneId === laneId ? listing.token : undefined;
  const minted = token === undefined ? 0n : await trading.totalSupply(token, block);
  const known = sealed ?? attested;
  return {
    ...{ rightsId, token, sealed, released, attested, minted, held, outboxed },
    inFlight: known > attested ? known - attested : 0n,
    difference: differenceOf(minted + held + outboxed, attested, known),
  };
}

function differenceOf(accounted: bigint, attested: bigint, sealed: bigint): bigint {
  if (accounted !== attested) return accounted - attested;
  return accounted > sealed ? accounted - sealed : 0n;
}
