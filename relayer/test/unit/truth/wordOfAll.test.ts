import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import type { FaultCode, Hex } from '@twinspan/protocol';
import type { TradingChain } from '@twinspan/sdk';
import { pino } from 'pino';
import { overEndpoints } from '../../../src/chains/tradingEndpoints.ts';
import { finalThrough } from '../../../src/feeds/finality.ts';
import { linkedBlocks } from '../../../src/feeds/follow.ts';
import { Heads } from '../../../src/heads.ts';
import { Metrics } from '../../../src/metrics.ts';
import { checkpointToSign } from '../../../src/release/checkpointToSign.ts';
import { MemoryTrading } from '../../fakes/memoryTrading.ts';
import type { TradingVerbs } from '../../fakes/memoryTrading.ts';

const refusal = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code;
const unreachable = (): Promise<never> => Promise.reject(new Fault('CHAIN_UNREACHABLE', 'gone'));
const OTHER: Hex = `0x${'66'.repeat(32)}`;
const [FINAL, TIP] = [9n, 10n];

const modules = { metrics: new Metrics(), log: pino({ level: 'silent' }), clock: (): number => 0 };

describe('the word of one endpoint', () => {
  let real: MemoryTrading;
  let heads: Heads;

  beforeEach(async () => {
    real = new MemoryTrading();
    for (let i = 0n; i < TIP; i++) real.mine();
    heads = new Heads();
    heads.move(TIP, FINAL, (await real.verbs().block(FINAL)).hash);
  });

  /** Two endpoints of one chain, of which the second answers some things in its own way. */
  const withSecond = (own: Partial<TradingVerbs>): TradingChain => {
    const source = (name: string, verbs: TradingVerbs) => {
      const chain = verbs as TradingChain;
      return { name, chain, probe: () => chain.blockNumber() };
    };
    return overEndpoints([source('one', real.verbs()), source('two', { ...real.verbs(), ...own })], modules);
  };
  const otherRoot: TradingVerbs['checkpoint'] = async (number) => ({
    ...(await real.verbs().checkpoint(number)),
    stateRoot: OTHER,
  });
  const otherBlock: TradingVerbs['checkpoint'] = async (number) => ({
    ...(await real.verbs().checkpoint(number)),
    blockHash: OTHER,
  });
  const toSign = (trading: TradingChain, block = 5n) => checkpointToSign(block, { trading, heads });
  const final = async (trading: TradingChain) => {
    const span = { from: 1n, to: TIP, head: TIP, parentHash: undefined, isReorg: false, isBehindFinal: false };
    const blocks = await linkedBlocks(span, trading);
    return finalThrough(undefined, span, blocks, { trading, ...modules, heads: new Heads() });
  };

  it('is not needed where both say the same', async () => {
    const trading = withSecond({});
    assert.deepEqual(await toSign(trading), await real.verbs().checkpoint(5n));
    assert.deepEqual(await final(trading), { block: FINAL, hash: heads.finalHash });
  });

  it('is not signed while the other gives no blocks, whatever else that one answers', async () => {
    const trading = withSecond({ block: unreachable, checkpoint: unreachable });
    await assert.rejects(toSign(trading), refusal('CHAIN_UNREACHABLE'));
    await assert.rejects(toSign(trading, FINAL), refusal('CHAIN_UNREACHABLE'));
  });

  it('makes nothing final while the other does not tell the block', async () => {
    assert.equal(await final(withSecond({ checkpoint: unreachable })), undefined);
  });

  it('is neither signed nor final where the other has another state root', async () => {
    const trading = withSecond({ checkpoint: otherRoot });
    await assert.rejects(toSign(trading), refusal('ENDPOINTS_DISAGREE'));
    assert.equal(await final(trading), undefined);
  });

  it('is not signed when it is not what the chain was read as', async () => {
    await assert.rejects(toSign({ ...withSecond({}), checkpoint: otherBlock }), refusal('REORGED'));
  });

  it('is not final when another block was applied', async () => {
    await assert.rejects(final({ ...withSecond({}), checkpoint: otherBlock }), refusal('REORGED'));
  });
});
