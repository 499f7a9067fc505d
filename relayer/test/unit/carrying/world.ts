import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hex } from '@twinspan/protocol';
import type { Bundle } from '@twinspan/sdk';
import type { Signer } from '../../../src/chains/signer.ts';
import { openTables } from '../../../src/db/tables.ts';
import type { SubmissionRow, Tables } from '../../../src/db/tables.ts';
import { CarrierNode } from '../../fakes/carrierNode.ts';
import type { CarrierChain, CarrierOptions } from '../../fakes/carrierNode.ts';
import { MemoryConsortium } from '../../fakes/consortium.ts';
import { keysOf } from '../../fakes/memoryNode.ts';
import { BRIDGE, MemoryTrading, TRADING_CHAIN_ID } from '../../fakes/memoryTrading.ts';
import { syntheticLane } from '../../fakes/syntheticLane.ts';

export const STUCK_MS = 60_000;

const consortium = new MemoryConsortium();

export interface Opening extends Partial<CarrierOptions> {
  readonly keys?: number;
  readonly directory?: string;
  /** Wraps the chain as this carrier sees it. */
  readonly through?: (chain: CarrierChain) => CarrierChain;
  readonly withTables?: (tables: Tables) => Tables;
}

/** Endorsed epochs on lanes, a trading chain, and carriers on a clock that only moves when told. */
export class CarrierWorld {
  nowMs = 1_000_000;
  readonly trading = new MemoryTrading();
  readonly laneIds: readonly bigint[];
  readonly bundles: readonly Bundle[];
  readonly #tables: Tables[] = [];
  readonly #directories = new Set<string>();

  constructor(lanes: number, epochs: number) {
    this.laneIds = Array.from({ length: lanes }, (_, place) => BigInt(place + 1));
    const aim = { tradingChainId: TRADING_CHAIN_ID, bridge: BRIDGE, sealedAt: 1_700_000_000n };
    this.bundles = this.laneIds.flatMap((laneId) => syntheticLane(consortium, { laneId, ...aim }, epochs));
  }

  async open(opening: Opening = {}): Promise<CarrierNode> {
    const directory = opening.directory ?? mkdtempSync(join(tmpdir(), 'twinspan-carrier-'));
    this.#directories.add(directory);
    const clock = (): number => this.nowMs;
    const tables = await openTables(directory, clock);
    this.#tables.push(tables);
    const node = opening.node ?? 'one';
    const options = {
      carriers: [node],
      carryDelayMs: 5_000,
      maxFeePerGas: 1_000n,
      stuckMs: STUCK_MS,
      ...opening,
      node,
    };
    const chain = this.trading.verbs();
    const carrier = new CarrierNode(options, {
      trading: opening.through?.(chain) ?? chain,
      tables: opening.withTables?.(tables) ?? tables,
      signers: keysFor(opening),
      consortium: consortium.consortium,
      clock,
    });
    await carrier.start();
    return carrier;
  }

  /** A carrier that has every bundle. */
  async openWithAll(opening: Opening = {}): Promise<CarrierNode> {
    const carrier = await this.open(opening);
    for (const bundle of this.bundles) await carrier.adopt(bundle);
    this.nowMs += 1;
    return carrier;
  }

  /** A block each second, with every carrier at rest before it. */
  async pass(blocks: number, ...carriers: readonly CarrierNode[]): Promise<void> {
    for (let block = 0; block < blocks; block++) {
      for (const carrier of carriers) await carrier.settle();
      this.trading.mine();
      this.nowMs += 1_000;
    }
    for (const carrier of carriers) await carrier.settle();
  }

  /** Closes the stores; what is in them stays for the next opening. */
  async close(): Promise<void> {
    for (const tables of this.#tables.splice(0)) await tables.close();
  }

  async remove(): Promise<void> {
    await this.close();
    for (const directory of this.#directories) await rm(directory, { recursive: true, force: true });
  }

  /** Whether every epoch is delivered, each by one transaction. */
  get isPaidOnce(): boolean {
    return this.trading.delivered === BigInt(this.bundles.length) && this.trading.deliveries === this.bundles.length;
  }
}

export function keysFor({ node = 'one', keys = 1 }: Pick<Opening, 'node' | 'keys'>): Signer[] {
  return keysOf({ node, keys });
}

export async function inWorld(
  [lanes, epochs]: readonly [number, number],
  test: (world: CarrierWorld) => Promise<void>,
): Promise<void> {
  const world = new CarrierWorld(lanes, epochs);
  try {
    await test(world);
  } finally {
    await world.remove();
  }
}

export async function rowsOf(carrier: CarrierNode): Promise<SubmissionRow[]> {
  const rows: SubmissionRow[] = [];
  for await (const [, row] of carrier.modules.tables.submissions.entries()) rows.push(row);
  return rows;
}

/** Senders of what waits in the pool, by lane. */
export function sendersIn({ pool }: MemoryTrading): Hex[] {
  return pool.all().map(({ sender }) => sender);
}
