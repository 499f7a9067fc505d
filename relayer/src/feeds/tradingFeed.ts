import type { TradingBlock } from '@twinspan/protocol';
import type { TradingChain } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Heads } from '../heads.ts';
import type { Metrics } from '../metrics.ts';
import type { Observer } from '../observer.ts';
import type { Stage } from '../stage.ts';
import { Wake } from '../wake.ts';
import { distrustReplaced, finalThrough } from './finality.ts';
import { followedRow, linkedBlocks, nextSpan } from './follow.ts';
import type { FollowedChain, Span } from './follow.ts';

/** Pause before an event that could not be applied is tried again. */
const STALL_MS = 500;
const ROW = 'trading';

export type FeedChain = FollowedChain & Pick<TradingChain, 'blockEvents'>;

interface Options {
  /** How often the tip is asked for, in milliseconds. */
  readonly pollMs: number;
  /** Most blocks applied in one batch. */
  readonly spanBlocks: bigint;
}

interface Modules {
  readonly trading: FeedChain;
  readonly tables: Tables;
  readonly heads: Heads;
  readonly observers: readonly Observer[];
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Follows the tip of the trading chain: each span of blocks is applied in one batch with the place that is reached. The
 * headers link to what was applied before, and the events are what the headers commit to.
 */
export function tradingFeed(options: Options, modules: Modules): Stage<Span> {
  const { trading, tables, heads, metrics } = modules;
  const stalled = new Wake();
  return {
    name: 'trading-feed',
    wake: new Wake(),
    idleMs: options.pollMs,
    next: async () => {
      const row = await tables.follows.get(ROW);
      if (row !== undefined) distrustReplaced(row, modules);
      return nextSpan(row, trading, options.spanBlocks);
    },
    run: async (span) => {
      const before = await tables.follows.get(ROW);
      const blocks = await linkedBlocks(span, trading);
      const final = await finalThrough(before, span, blocks, modules);
      const writes = tables.writes('trading-feed/apply');
      if (span.isReorg) await announceReorg(span, writes, modules);
      for (const block of blocks) await apply(block, writes, modules);
      const row = followedRow(before, span, blocks, final);
      const head = { latest: row.block, final: final?.block ?? 0n };
      for (const observer of modules.observers) await observer.onHead?.(head, writes);
      await writes.put(tables.follows, ROW, row).commit();
      distrustReplaced(row, modules);
      metrics.position('trading', row.block, span.head);
      metrics.list.chainFinal.set(Number(head.final));
      heads.move(head.latest, head.final, final?.hash);
    },
    postpone: () => stalled.wait(STALL_MS, modules.signal),
    park: (_span, fault) => Promise.reject(fault),
    transferId: (span) => `trading/${span.to}`,
  };
}

async function apply(block: TradingBlock, writes: Writes, { trading, observers }: Modules): Promise<void> {
  for (const event of await trading.blockEvents(block)) {
    for (const observer of observers) await observer.onTrading?.(event, writes);
  }
}

async function announceReorg(span: Span, writes: Writes, modules: Modules): Promise<void> {
  modules.metrics.list.reorgs.inc();
  modules.log.warn({ from: span.from.toString(), head: span.head.toString() }, 'trading chain reorganized');
  for (const observer of modules.observers) await observer.onReorg?.(span.from - 1n, writes);
}
