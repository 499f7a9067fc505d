import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Pauses } from '../../src/mint/pauses.ts';
import { deliveryTurn, rankOf } from '../../src/rank.ts';
import { LANE, MemoryAsset } from '../fakes/memoryAsset.ts';
import { MemoryNode } from '../fakes/memoryNode.ts';
import { BRIDGE, MemoryTrading, TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';

interface World {
  readonly asset: MemoryAsset;
  readonly trading: MemoryTrading;
  readonly node: MemoryNode;
  readonly pauses: Pauses;
  /** Blocks and time until nothing is left to do. */
  readonly run: () => Promise<void>;
}

async function inWorld(test: (world: World) => Promise<void>): Promise<void> {
  const asset = new MemoryAsset(TRADING_CHAIN_ID, BRIDGE);
  const trading = new MemoryTrading();
  let nowMs = 1_000_000;
  const nodes = ['a', 'b'];
  const name = nodes.find((one) => rankOf(one, nodes, deliveryTurn(LANE, 1n)) === 1) ?? assert.fail();
  const options = { node: name, nodes, sealers: [name], mspId: 'CustodianMSP', clock: () => nowMs };
  const node = await MemoryNode.start(options, asset, trading);
  const run = async (): Promise<void> => {
    for (let block = 0; block < 4; block++) {
      await node.settle();
      trading.mine();
      nowMs += 2_000;
    }
    await node.settle();
  };
  try {
    await run();
    await test({ asset, trading, node, pauses: node.modules.pauses, run });
  } finally {
    await node.remove();
  }
}

/** Epochs come into the queue of deliveries, where they wait for this node's turn. */
async function queued(node: MemoryNode): Promise<void> {
  await node.settle();
  assert.equal(node.tables.queues.deliver.size, 1);
}

describe('a paused lane', () => {
  it('is not sealed, and is when it goes on', async () => {
    await inWorld(async ({ asset, trading, pauses, run }) => {
      await pauses.pause(LANE, 'a test');
      asset.lock(5n);
      await run();
      assert.deepEqual([asset.sealedEpochs, asset.waiting], [0, 1]);
      await pauses.resume(LANE);
      await run();
      assert.deepEqual([asset.sealedEpochs, trading.delivered], [1, 1n]);
    });
  });

  it('is not delivered, also when it was paused with an epoch waiting', async () => {
    await inWorld(async ({ asset, trading, node, pauses, run }) => {
      asset.lock(5n);
      await queued(node);
      await pauses.pause(LANE, 'a test');
      await run();
      assert.deepEqual([asset.sealedEpochs, trading.delivered], [1, 0n]);
      await pauses.resume(LANE);
      await run();
      assert.equal(trading.delivered, 1n);
    });
  });

  it('lets a freeze go ahead, with what was sealed before it and nothing behind', async () => {
    await inWorld(async ({ asset, trading, pauses, run }) => {
      await pauses.pause(LANE, 'a test');
      asset.lock(5n);
      asset.freeze();
      await run();
      assert.deepEqual([asset.sealedEpochs, trading.delivered, asset.waiting], [1, 1n, 1]);
    });
  });

  it('remembers across a restart which epochs stop a token', async () => {
    await inWorld(async ({ asset, node, pauses }) => {
      asset.freeze();
      await queued(node);
      await pauses.pause(LANE, 'a test');
      const again = new Pauses(node.tables, Date.now);
      await again.open();
      assert.deepEqual([again.holdsBack(LANE, 1n), again.holdsBack(LANE, 2n)], [false, true]);
    });
  });
});
