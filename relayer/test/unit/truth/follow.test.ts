import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Hex } from '@twinspan/protocol';
import { nextSpan } from '../../../src/feeds/follow.ts';
import type { FollowedChain } from '../../../src/feeds/follow.ts';

const hashOf = (number: bigint, fork: string): Hex => `0x${fork}${number.toString(16).padStart(62, '0')}`;
const FORK_FROM = 5n;

/** A chain of seven blocks, of which those from the fifth on are of `fork`. */
function chainOf(fork: string): { readonly trading: FollowedChain; readonly asked: bigint[] } {
  const asked: bigint[] = [];
  const of = (number: bigint): Hex => hashOf(number, number < FORK_FROM ? 'aa' : fork);
  const block: FollowedChain['block'] = (number) => {
    asked.push(number);
    const roots = { stateRoot: of(0n), receiptsRoot: of(0n), logsBloom: of(0n), timestamp: 0n };
    return Promise.resolve({ number, hash: of(number), parentHash: of(number - 1n), ...roots });
  };
  const trading = {
    ...{ block, requireChain: () => Promise.resolve(), blockNumber: () => Promise.resolve(7n) },
    addresses: { deployedAtBlock: 1n },
  } as Partial<FollowedChain> as FollowedChain;
  return { trading, asked };
}

const row = {
  ...{ block: 5n, hash: hashOf(5n, 'aa'), recent: [] },
  final: { block: 3n, hash: hashOf(3n, 'aa') },
};

describe('what there is to apply next', () => {
  it('follows the block that was applied last, whose own header is not asked for again', async () => {
    const { trading, asked } = chainOf('aa');
    const span = await nextSpan(row, trading, 100n);
    assert.deepEqual([span?.from, span?.to, span?.isReorg, span?.first?.number], [6n, 7n, false, 6n]);
    assert.deepEqual(asked, [6n]);
  });

  it('begins behind the final block where the next one follows another', async () => {
    const span = await nextSpan(row, chainOf('bb').trading, 100n);
    assert.deepEqual([span?.from, span?.to, span?.isReorg, span?.parentHash], [4n, 7n, true, row.final.hash]);
  });
});
