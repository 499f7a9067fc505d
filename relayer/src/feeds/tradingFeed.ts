import type { BridgeEvent, TradingChain } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Tables } from '../db/tables.ts';
import type { Heads } from '../heads.ts';
import type { Metrics } from '../metrics.ts';
import type { Observer } from '../observer.ts';
import type { Stage } from '../stage.ts';
import { Wake } from '../wake.ts';

/** Pause before an event that could not be applied is tried again. */
const STALL_MS = 500;
const CURSOR = 'trading';

export type FeedChain = Pick<
  TradingChain,
  'blockNumber' | 'finalizedBlock' | 'checkpoint' | 'bridgeEvents' | 'addresses'
>;

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

/** Blocks to apply; `isReorg` when they replace blocks that were applied before. */
interface Span {
  readonly from: bigint;
  readonly to: bigint;
  readonly head: bigint;
  readonly isReorg: boolean;
}

/** Follows the tip of the trading chain: each span of blocks is applied in one batch with the cursor. */
export function tradingFeed(options: Options, modules: Modules): Stage<Span> {
  const { trading, tables, heads, metrics } = modules;
  const stalled = new Wake();
  return {
    name: 'trading-feed',
    wake: new Wake(),
    idleMs: options.pollMs,
    next: () => nextSpan(options, modules),
    run: async (span) => {
      const writes = tables.writes('trading-feed/apply');
      if (span.isReorg) await announceReorg(span, writes, modules);
      // The tip's hash first: events read after it are of this chain or a newer one, and a newer one shows next turn.
      const { blockHash } = await trading.checkpoint(span.to);
      const final = await finalThrough(span, modules);
      const events: BridgeEvent[] = [];
      if (span.from <= span.to) {
        for await (const event of trading.bridgeEvents({ fromBlock: span.from, toBlock: span.to })) events.push(event);
      }
      for (const event of events) {
        for (const observer of modules.observers) await observer.onTrading?.(event, writes);
      }
      for (const observer of modules.observers) await observer.onHead?.({ latest: span.to, final }, writes);
      await writes.put(tables.cursors, CURSOR, { block: span.to, hash: blockHash }).commit();
      metrics.position('trading', span.to, span.head);
      metrics.list.chainFinal.set(Number(final));
      heads.move(span.to, final);
    },
    postpone: () => stalled.wait(STALL_MS, modules.signal),
    park: (_span, fault) => Promise.reject(fault),
    transferId: (span) => `trading/${span.to}`,
  };
}

async function nextSpan(options: Options, { trading, tables }: Modules): Promise<Span | undefined> {
  const head = await trading.blockNumber();
  const cursor = await tables.cursors.get(CURSOR);
  if (cursor === undefined) return spanFrom(trading.addresses.deployedAtBlock, head, options, false);
  if (head === cursor.block) return undefined;
  const isReorg = head < cursor.block || (await trading.checkpoint(cursor.block)).blockHash !== cursor.hash;
  if (!isReorg) return spanFrom(cursor.block + 1n, head, options, false);
  const final = await trading.finalizedBlock();
  return spanFrom(final < head ? final + 1n : head, head, options, true);
}

function spanFrom(from: bigint, head: bigint, options: Options, isReorg: boolean): Span {
  const last = from + options.spanBlocks - 1n;
  return { from, to: last < head ? last : head, head, isReorg };
}

async function finalThrough(span: Span, { trading }: Modules): Promise<bigint> {
  const final = await trading.finalizedBlock();
  return final < span.to ? final : span.to;
}

async function announceReorg(span: Span, writes: ReturnType<Tables['writes']>, modules: Modules): Promise<void> {
  modules.metrics.list.reorgs.inc();
  modules.log.warn({ from: span.from.toString(), head: span.head.toString() }, 'trading chain reorganized');
  for (const observer of modules.observers) await observer.onReorg?.(writes);
}
