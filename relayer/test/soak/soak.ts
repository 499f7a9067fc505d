import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Table } from '../../src/db/table.ts';
import { MemoryAsset } from '../fakes/memoryAsset.ts';
import { BRIDGE } from '../fakes/memoryBridge.ts';
import { MemoryNode } from '../fakes/memoryNode.ts';
import { MemoryTrading, TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';

export interface SoakSize {
  /** One a second, one a block. */
  readonly epochs: number;
  /** Final epochs that the node keeps. */
  readonly keep: number;
}

export interface Sample {
  readonly heapBytes: number;
  /** Of all tables. */
  readonly rows: Readonly<Record<string, number>>;
}

/** What the chains remember of their own past, and how many different people there are. */
const KEPT_BLOCKS = 64;
const RECIPIENTS = 100;
/** More rows of one table than any bound allows. */
const MOST_ROWS = 1_000_000;

/** Carries so many epochs with a node whose past is bounded. @returns how it was after each quarter */
export async function soak({ epochs, keep }: SoakSize): Promise<readonly Sample[]> {
  const asset = new MemoryAsset(TRADING_CHAIN_ID, BRIDGE);
  const trading = new MemoryTrading();
  asset.forget(KEPT_BLOCKS, RECIPIENTS);
  trading.blocks.keep = KEPT_BLOCKS;
  let nowMs = 1_000_000;
  const options = { node: 'custodian', mspId: 'CustodianMSP', clock: () => nowMs, retention: { epochs: keep } };
  const node = await MemoryNode.start(options, asset, trading);
  try {
    const samples: Sample[] = [];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      asset.lock(1n);
      await node.settle();
      trading.mine();
      nowMs += 1_000;
      node.bundles.length = 0;
      if (epoch % (epochs / 4) === 0) samples.push(await sampleOf(node));
    }
    await node.settle();
    assert.equal(trading.delivered, BigInt(epochs));
    return samples;
  } finally {
    await node.remove();
  }
}

async function sampleOf({ tables }: MemoryNode): Promise<Sample> {
  const rows: Record<string, number> = {};
  for (const table of Object.values(tables)) {
    if (table instanceof Table) rows[table.name] = (await table.keys({ limit: MOST_ROWS })).length;
  }
  return { heapBytes: heapBytes(), rows };
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

/**
 * Between the second quarter and the last nothing has grown: tables by no more than what comes and goes between two
 * sweeps, the heap by no more than `mostBytes`.
 */
export function assertSteady(samples: readonly Sample[], mostBytes: number): void {
  const [, second, , last] = samples;
  assert.ok(second !== undefined && last !== undefined);
  assert.ok(Object.keys(last.rows).length > 10, 'the tables were not found');
  for (const [table, rows] of Object.entries(last.rows)) {
    const before = second.rows[table] ?? 0;
    assert.ok(rows <= before + 64, `${table} grew from ${before} to ${rows} rows`);
  }
  const grown = last.heapBytes - second.heapBytes;
  assert.ok(grown <= mostBytes, `the heap grew by ${grown} bytes`);
}
