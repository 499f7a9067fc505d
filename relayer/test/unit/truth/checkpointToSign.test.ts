import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import type { FaultCode, Hex } from '@twinspan/protocol';
import { Heads } from '../../../src/heads.ts';
import { checkpointToSign } from '../../../src/release/checkpointToSign.ts';
import { MemoryTrading } from '../../fakes/memoryTrading.ts';

const refusal = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code;

describe('a checkpoint to sign', () => {
  let chain: MemoryTrading;
  let heads: Heads;

  beforeEach(async () => {
    chain = new MemoryTrading();
    for (let i = 0; i < 10; i++) chain.mine();
    chain.depth = 2;
    heads = new Heads();
    heads.move(10n, 8n, await hashOf(8n));
  });

  const hashOf = async (number: bigint): Promise<Hex> => (await chain.verbs().block(number)).hash;
  const ask = (blockNumber: bigint) => checkpointToSign(blockNumber, { trading: chain.verbs(), heads });

  it('is that of a final block', async () => {
    assert.deepEqual(await ask(5n), { blockNumber: 5n, blockHash: await hashOf(5n), stateRoot: await hashOf(5n) });
    assert.equal((await ask(8n)).blockHash, await hashOf(8n));
  });

  it('is not given before the feed has seen it final', () => assert.rejects(ask(9n), refusal('REORGED')));

  it('is not given once the chain calls an older block final', async () => {
    chain.depth = 5;
    await assert.rejects(ask(5n), refusal('FINALITY_BACKWARDS'));
  });

  it('is not given of a chain that is not the one that the feed follows', async () => {
    chain.reorganize(4);
    await assert.rejects(ask(5n), refusal('REORGED'));
  });

  it('is not given while final blocks stand replaced', async () => {
    heads.distrust = new Fault('REORG_BEHIND_FINAL', 'as told');
    await assert.rejects(ask(5n), refusal('REORG_BEHIND_FINAL'));
  });

  it('is not given on another chain', async () => {
    const trading = { ...chain.verbs(), requireChain: () => Promise.reject(new Fault('CHAIN_WRONG', 'chain 1')) };
    await assert.rejects(checkpointToSign(5n, { trading, heads }), refusal('CHAIN_WRONG'));
  });

  it('is not given of a block so old that nobody needs it', async () => {
    heads.move(2_000n, 2_000n, await hashOf(8n));
    await assert.rejects(ask(5n), refusal('NOT_FOUND'));
  });
});
