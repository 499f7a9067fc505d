import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Hex } from '@twinspan/protocol';
import { Crossing } from '../crash/crossing.ts';
import { NODES } from '../crash/nodeConfig.ts';
import { Table } from '../../src/db/table.ts';
import { list, redeem, setPolicy } from '../fakes/memoryBridge.ts';
import { PERMISSIVE_POLICY } from '../fakes/memoryRecord.ts';

export interface SoakSize {
  /** One a second; in each a lock. */
  readonly blocks: number;
  /** So many blocks' locks come together and are an epoch. */
  readonly blocksAnEpoch: number;
  /** Final epochs that the nodes keep. */
  readonly keepEpochs: number;
}

export interface Sample {
  readonly blocks: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly storeBytes: number;
  /** Of all tables and queues, by node. */
  readonly rows: Readonly<Record<string, number>>;
}

/** What the chains remember of their own past, and how many different people there are. */
const KEPT_BLOCKS = 64;
const RECIPIENTS = 100;
/** Every so many blocks someone sends a unit home, and there is another policy, under which the record is not backed yet. */
const REDEEM_EVERY = 4;
const POLICY_EVERY = 120;
/** For so many blocks of each policy the prover is away: what is delivered meanwhile is held. */
const UNBACKED = 12;
const RATINGS = 30;
/** More rows of one table than any bound allows. */
const MOST_ROWS = 1_000_000;

/**
 * Lets so many blocks pass over nodes of all roles whose past is bounded, with all that comes of them in both directions:
 * locks, redemptions, attestations, releases, policies, proofs, holds and retries.
 * @returns how it was after each quarter
 */
export async function soak(size: SoakSize, told: (sample: Sample) => void): Promise<readonly Sample[]> {
  const crossing = await Crossing.open({ keepEpochs: size.keepEpochs });
  const { asset, trading } = crossing;
  asset.forget(KEPT_BLOCKS, RECIPIENTS);
  trading.blocks.keep = KEPT_BLOCKS;
  trading.user(list());
  try {
    const samples: Sample[] = [];
    for (let block = 1; block <= size.blocks; block++) {
      befall(crossing, block, size);
      await crossing.settle();
      trading.mine();
      crossing.nowMs += 1_000;
      if (block % (size.blocks / 4) !== 0) continue;
      const sample = await sampleOf(crossing, block);
      samples.push(sample);
      told(sample);
    }
    await crossing.blocks(KEPT_BLOCKS);
    // The epoch that acknowledges the last release.
    asset.lock(1n);
    await crossing.blocks(2 * KEPT_BLOCKS);
    await assertAccounts(crossing, size.blocks);
    return samples;
  } finally {
    await crossing.close();
  }
}

/** What people do in one block. */
function befall(crossing: Crossing, block: number, { blocksAnEpoch }: SoakSize): void {
  const { asset, trading } = crossing;
  const ofPolicy = block % POLICY_EVERY;
  if (ofPolicy === 1) trading.user(setPolicy(policy(Math.floor(block / POLICY_EVERY))));
  crossing.isProverDown = ofPolicy >= 1 && ofPolicy <= UNBACKED;
  if (block % REDEEM_EVERY === 0) trading.user(redeem(recipient(block), 1n));
  if (block % blocksAnEpoch === 0) asset.lock(...new Array<bigint>(blocksAnEpoch).fill(1n));
}

/** A different one for each number. */
function policy(number: number): typeof PERMISSIVE_POLICY {
  const { maxAppraisalAge } = PERMISSIVE_POLICY;
  const minRating = 50 + (number % RATINGS);
  return { ...PERMISSIVE_POLICY, minRating, maxAppraisalAge: maxAppraisalAge + Math.floor(number / RATINGS) };
}

/** Of the lock that came half a round of recipients ago. */
function recipient(block: number): Hex {
  return `0x${((block + RECIPIENTS / 2) % RECIPIENTS).toString(16).padStart(40, '0')}`;
}

/** Every unit is minted or home, in both directions much happened, and no node has anything left to do. */
async function assertAccounts(crossing: Crossing, blocks: number): Promise<void> {
  const { minted, released, held, isBacked, locksWaiting, pooled, left } = await crossing.ledgers();
  const sum = (units: Readonly<Record<string, bigint>>): bigint =>
    Object.values(units).reduce((all, one) => all + one, 0n);
  assert.equal(sum(minted) + sum(released), BigInt(blocks + 1));
  assert.ok(sum(released) > BigInt(Math.floor(blocks / REDEEM_EVERY / 2)), `${sum(released)} units came home`);
  assert.deepEqual({ held, isBacked, locksWaiting, pooled, left }, QUIET);
}

const QUIET = { held: 0, isBacked: true, locksWaiting: 0, pooled: 0, left: [] };

async function sampleOf(crossing: Crossing, blocks: number): Promise<Sample> {
  const rows: Record<string, number> = {};
  for (const node of NODES) {
    const { queues, ...tables } = crossing.tablesOf(node);
    for (const table of Object.values(tables)) {
      if (table instanceof Table) rows[`${node}/${table.name}`] = (await table.keys({ limit: MOST_ROWS })).length;
    }
    for (const [queue, { size }] of Object.entries(queues)) rows[`${node}/queue ${queue}`] = size;
  }
  const storeBytes = sizeOf(crossing.directory);
  return { blocks, heapBytes: heapBytes(), rssBytes: process.memoryUsage().rss, storeBytes, rows };
}

/** Of all files in a folder. */
function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)));
  return files.reduce((bytes, file) => bytes + (file.isFile() ? file.size : 0), 0);
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

/** Kept of a lane whatever the retention. */
const KEPT_BUNDLES = 256;
/** What comes and goes between two sweeps. */
const SWEPT = 64;

/** Between the second quarter and the last no table has grown, nor the heap by more than `mostBytes`. */
export function assertSteady(samples: readonly Sample[], mostBytes: number): void {
  const [, second, , last] = samples;
  assert.ok(second !== undefined && last !== undefined);
  assert.ok(Object.keys(last.rows).length > 10 * NODES.length, 'the tables were not found');
  for (const [table, rows] of Object.entries(last.rows)) {
    const before = second.rows[table] ?? 0;
    const most = table.endsWith('/bundles') ? KEPT_BUNDLES : before;
    assert.ok(rows <= most + SWEPT, `${table} grew from ${before} to ${rows} rows`);
  }
  const grown = last.heapBytes - second.heapBytes;
  assert.ok(grown <= mostBytes, `the heap grew by ${grown} bytes`);
}
