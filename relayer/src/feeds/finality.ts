import { Fault } from '@twinspan/protocol';
import type { TradingBlock } from '@twinspan/protocol';
import type { Logger } from 'pino';
import { asFault } from '../asFault.ts';
import type { FollowRow } from '../db/tables.ts';
import type { Heads } from '../heads.ts';
import type { Metrics } from '../metrics.ts';
import type { FollowedChain, Span } from './follow.ts';

type Final = NonNullable<FollowRow['final']>;

interface Modules {
  readonly trading: FollowedChain;
  readonly heads: Heads;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/**
 * The newest final block that is applied. It never goes back: when the chain does, or cannot be asked, it stays, and
 * nothing new is attested.
 */
export async function finalThrough(
  row: FollowRow | undefined,
  span: Span,
  blocks: readonly TradingBlock[],
  modules: Modules,
): Promise<Final | undefined> {
  const known = span.isBehindFinal ? undefined : row?.final;
  const reported = await ifKnown(() => modules.trading.finalizedBlock(), modules);
  if (reported === undefined || isBackwards(known, reported, modules)) return known;
  const block = reported < span.to ? reported : span.to;
  if (known?.block === block) return known;
  // Headers are read from any endpoint that works; what becomes final is the word of all.
  const agreed = await ifKnown(() => modules.trading.checkpoint(block), modules);
  if (agreed === undefined) return known;
  requireApplied({ block, hash: agreed.blockHash }, row, blocks);
  return { block, hash: agreed.blockHash };
}

function requireApplied({ block, hash }: Final, row: FollowRow | undefined, blocks: readonly TradingBlock[]): void {
  const recent = (row?.recent ?? []).map((one) => ({ number: one.block, hash: one.hash }));
  const applied = [...blocks, ...recent].find(({ number }) => number === block);
  if (applied === undefined || applied.hash === hash) return;
  throw new Fault('REORGED', `block ${block} is final as ${hash}, but was applied as ${applied.hash}`);
}

function isBackwards(known: Final | undefined, reported: bigint, modules: Modules): boolean {
  const { heads } = modules;
  const isDistrusted = heads.distrust?.code === 'FINALITY_BACKWARDS';
  if (known === undefined || reported >= known.block) {
    if (isDistrusted) distrust(undefined, modules);
    return false;
  }
  const fault = new Fault('FINALITY_BACKWARDS', `block ${known.block} was final, now it is ${reported}`);
  if (heads.distrust === undefined) distrust(fault, modules);
  return true;
}

/** While final blocks stand replaced, nothing is attested, whatever the chain says now: that is for people to settle. */
export function distrustReplaced(row: FollowRow, modules: Modules): void {
  const { replacedFinal } = row;
  if (replacedFinal === undefined || modules.heads.distrust?.code === 'REORG_BEHIND_FINAL') return;
  distrust(new Fault('REORG_BEHIND_FINAL', `block ${replacedFinal.block} ${replacedFinal.hash} was final`), modules);
}

function distrust(fault: Fault | undefined, { heads, metrics, log }: Modules): void {
  heads.distrust = fault;
  metrics.list.attestingStopped.set(fault === undefined ? 0 : 1);
  if (fault === undefined) return;
  const { code, sentence } = fault;
  metrics.fault('trading-feed', code);
  log.error({ code, sentence }, 'the trading chain took back what it had called final: nothing is attested');
}

/** undefined when it is not known now, such as when one of two endpoints does not answer. */
async function ifKnown<Answer>(ask: () => Promise<Answer>, { log }: Modules): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    const fault = asFault(error);
    if (fault.remedy !== 'retry') throw fault;
    log.debug({ code: fault.code, sentence: fault.sentence }, 'the final block is not known');
    return undefined;
  }
}
