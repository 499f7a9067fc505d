import { Fault } from '@twinspan/protocol';
import type { TradingBlock } from '@twinspan/protocol';
import type { TradingChain } from '@twinspan/sdk';
import type { FollowRow } from '../db/tables.ts';

export type FollowedChain = Pick<
  TradingChain,
  'requireChain' | 'blockNumber' | 'finalizedBlock' | 'block' | 'checkpoint' | 'addresses'
>;

/** Headers asked for at once. */
const MOST_AT_ONCE = 16n;
/** Applied blocks that are not final and whose hashes are kept. */
const MOST_RECENT = 1_024;

/** Blocks to apply next. */
export interface Span {
  readonly from: bigint;
  readonly to: bigint;
  readonly head: bigint;
  /** Hash of the block before `from`, when it is known. */
  readonly parentHash: string | undefined;
  /** The first of them, where it has been read already. */
  readonly first?: TradingBlock | undefined;
  /** They replace blocks that were applied before; what is behind `from` stays. */
  readonly isReorg: boolean;
  /** They replace even blocks that were final. */
  readonly isBehindFinal: boolean;
}

/** What there is to apply after `row`; undefined while nothing is new, or the answering node lags. */
export async function nextSpan(
  row: FollowRow | undefined,
  trading: FollowedChain,
  spanBlocks: bigint,
): Promise<Span | undefined> {
  const head = await trading.blockNumber();
  if (head === row?.block) return undefined;
  await trading.requireChain();
  const plain = { head, spanBlocks, isReorg: false, isBehindFinal: false };
  if (row === undefined) return spanFrom({ ...plain, from: trading.addresses.deployedAtBlock, parentHash: undefined });
  if (head < row.block) {
    return (await isOther(row, head, trading)) ? reorgSpan(row, { ...plain, isReorg: true }, trading) : undefined;
  }
  const first = await trading.block(row.block + 1n);
  if (first.parentHash !== row.hash) return reorgSpan(row, { ...plain, isReorg: true }, trading);
  return spanFrom({ ...plain, from: first.number, first, parentHash: row.hash });
}

/** A head behind the applied one is a reorganization only if it is not one of the applied blocks. */
async function isOther(row: FollowRow, head: bigint, trading: FollowedChain): Promise<boolean> {
  const applied = row.recent.find(({ block }) => block === head);
  return applied !== undefined && (await trading.block(head)).hash !== applied.hash;
}

type Plan = Omit<Span, 'to'> & { readonly spanBlocks: bigint };

/** Everything after the newest final block is read again; if that one is replaced too, everything there is. */
async function reorgSpan(
  { final }: FollowRow,
  plan: Omit<Plan, 'from' | 'parentHash'>,
  trading: FollowedChain,
): Promise<Span> {
  const isKept =
    final !== undefined && final.block <= plan.head && (await trading.block(final.block)).hash === final.hash;
  if (isKept) return spanFrom({ ...plan, from: final.block + 1n, parentHash: final.hash });
  const from = trading.addresses.deployedAtBlock;
  return spanFrom({ ...plan, from, parentHash: undefined, isBehindFinal: final !== undefined });
}

function spanFrom({ spanBlocks, ...plan }: Plan): Span {
  const last = plan.from + spanBlocks - 1n;
  return { ...plan, to: last < plan.head ? last : plan.head };
}

/**
 * The span's headers, each the parent of the next.
 * @throws Fault REORGED when the chain changed while it was read
 */
export async function linkedBlocks(
  { from, to, parentHash, first: known }: Pick<Span, 'from' | 'to' | 'parentHash' | 'first'>,
  trading: Pick<FollowedChain, 'block'>,
): Promise<TradingBlock[]> {
  const blocks: TradingBlock[] = [];
  for (let first = from; first <= to; first += MOST_AT_ONCE) {
    const last = first + MOST_AT_ONCE - 1n < to ? first + MOST_AT_ONCE - 1n : to;
    const numbers = Array.from({ length: Number(last - first) + 1 }, (_, place) => first + BigInt(place));
    const read = async (number: bigint): Promise<TradingBlock> =>
      number === known?.number ? known : trading.block(number);
    blocks.push(...(await Promise.all(numbers.map(read))));
  }
  let before = parentHash;
  for (const { number, hash, parentHash: parent } of blocks) {
    if (before !== undefined && parent !== before) {
      throw new Fault('REORGED', `block ${number} does not follow the block before it`);
    }
    before = hash;
  }
  return blocks;
}

/** How the row looks once `blocks` are applied and everything through `final` is final. */
export function followedRow(
  row: FollowRow | undefined,
  span: Span,
  blocks: readonly TradingBlock[],
  final: FollowRow['final'],
): FollowRow {
  const applied = blocks.map(({ number, hash }) => ({ block: number, hash }));
  const kept = (row?.recent ?? []).filter(({ block }) => block < span.from);
  const all = [...kept, ...applied];
  const tip = all.at(-1) ?? final ?? row;
  if (tip?.hash === undefined) throw new Fault('INTERNAL', `nothing is known of block ${span.to}`);
  return {
    block: tip.block,
    hash: tip.hash,
    // One final block stays, so that the row below the tip is never empty.
    recent: all.filter(({ block }) => final === undefined || block >= final.block).slice(-MOST_RECENT),
    final,
    replacedFinal: span.isBehindFinal ? row?.final : row?.replacedFinal,
  };
}
