import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { laneKey } from '../../src/db/keys.ts';
import { sealRank } from '../../src/mint/sealTurns.ts';
import { LANE, MemoryAsset } from '../fakes/memoryAsset.ts';
import { keysOf, MemoryNode } from '../fakes/memoryNode.ts';
import type { NodeOptions } from '../fakes/memoryNode.ts';
import { BRIDGE } from '../fakes/memoryBridge.ts';
import { MemoryTrading, TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';

/** Both chains, one node at the custodian's, and a clock that only moves when told. */
class World {
  nowMs = 1_000_000;
  readonly asset = new MemoryAsset(TRADING_CHAIN_ID, BRIDGE);
  readonly trading = new MemoryTrading();

  start(more: Partial<NodeOptions> = {}): Promise<MemoryNode> {
    const options = { node: 'custodian', mspId: 'CustodianMSP', clock: () => this.nowMs, ...more };
    return MemoryNode.start(options, this.asset, this.trading);
  }

  /** Blocks and time until the node has nothing left to do. */
  async run(node: MemoryNode, blocks = 6): Promise<void> {
    for (let block = 0; block < blocks; block++) {
      await node.settle();
      this.trading.mine();
      this.nowMs += 1_000;
    }
    await node.settle();
  }

  minted(): bigint[] {
    return [...this.trading.balances.values()].sort((a, b) => Number(a - b));
  }
}

async function inWorld(test: (world: World, node: MemoryNode) => Promise<void>): Promise<void> {
  const world = new World();
  const node = await world.start();
  try {
    await test(world, node);
  } finally {
    await node.remove();
  }
}

describe('the mint pipeline', () => {
  it('carries a lone lock within one block and clears up after itself', async () => {
    await inWorld(async (world, node) => {
      world.asset.lock(5n);
      await node.settle();
      assert.equal(world.trading.pooled, 1);
      await world.run(node);
      assert.deepEqual(world.minted(), [5n]);
      const { endorse, deliver, confirmMint } = node.tables.queues;
      assert.deepEqual([endorse.size, deliver.size, confirmMint.size], [0, 0, 0]);
      assert.deepEqual(await node.tables.bundles.keys({ limit: 9 }), [laneKey(LANE, 1n)]);
    });
  });

  it('lets locks gather while an epoch is on its way, and puts full epochs into one block', async () => {
    await inWorld(async (world, node) => {
      world.asset.lock(1n);
      await node.settle();
      world.asset.lock(2n);
      world.asset.lock(3n);
      await node.settle();
      assert.equal(world.asset.sealedEpochs, 1);
      for (let i = 0; i < 8; i++) world.asset.lock(...new Array<bigint>(100).fill(1n));
      await node.settle();
      assert.equal(world.asset.sealedEpochs, 4);
      assert.equal(world.trading.pooled, 4);
      world.trading.mine();
      assert.equal(world.trading.delivered, 4n);
      await world.run(node);
      assert.equal(world.minted().length, 803);
    });
  });

  it('fills epochs to the configured size and no further', async () => {
    const world = new World();
    const node = await world.start({ epochMessages: 10 });
    try {
      world.asset.lock(...new Array<bigint>(35).fill(1n));
      await node.settle();
      await world.run(node);
      const counts: number[] = [];
      for await (const [, { messageCount }] of node.tables.epochs.entries()) counts.push(messageCount);
      assert.deepEqual(counts, [10, 10, 10, 5]);
      assert.equal(world.minted().length, 35);
    } finally {
      await node.remove();
    }
  });

  it('lets a freeze overtake the mints that queue, however full the lane is', async () => {
    const world = new World();
    const node = await world.start({ epochMessages: 10, maxUndelivered: 2 });
    try {
      world.asset.lock(...new Array<bigint>(100).fill(1n));
      await node.settle();
      assert.deepEqual([world.asset.sealedEpochs, world.asset.waiting], [2, 80]);
      world.asset.freeze();
      await node.settle();
      assert.deepEqual([world.asset.sealedEpochs, world.asset.waiting], [3, 80]);
      world.trading.mine();
      await node.settle();
      // It is delivered in the same block as what was sealed before it, and nothing that queued is.
      assert.deepEqual([world.trading.delivered, world.minted().length], [3n, 20]);
      const third = await node.tables.epochs.get(laneKey(LANE, 3n));
      assert.deepEqual([third?.messageCount, third?.stateCount], [0, 1]);
    } finally {
      await node.remove();
    }
  });

  it('delivers again what a reorganization took back', async () => {
    await inWorld(async (world, node) => {
      world.trading.depth = 3;
      world.asset.lock(5n);
      await world.run(node, 2);
      assert.deepEqual(world.minted(), [5n]);
      world.trading.reorganize(2);
      assert.deepEqual(world.minted(), []);
      await world.run(node);
      assert.deepEqual(world.minted(), [5n]);
    });
  });

  it('sends again what was lost from the pool', async () => {
    await inWorld(async (world, node) => {
      world.asset.lock(5n);
      await node.settle();
      world.trading.dropPool();
      await world.run(node);
      assert.deepEqual(world.minted(), [5n]);
    });
  });

  it('does not send twice when the outcome of a send is unknown', async () => {
    await inWorld(async (world, node) => {
      world.trading.sendFailures.push({ fault: new Fault('SUBMIT_UNCERTAIN', 'cut off'), isSent: true });
      world.asset.lock(5n);
      await node.settle();
      assert.equal(world.trading.pooled, 1);
      await world.run(node);
      assert.deepEqual(world.minted(), [5n]);
      assert.equal(await world.trading.verbs().nonce('latest', keysOf({ node: 'custodian' })[0]?.address), 1);
    });
  });

  it('asks other endorsers when one is away', async () => {
    await inWorld(async (world, node) => {
      world.asset.failures.set('endorseEpoch', [new Fault('ENDORSEMENTS_SHORT', 'one is away')]);
      world.asset.lock(5n);
      await world.run(node);
      assert.deepEqual(world.minted(), [5n]);
    });
  });

  for (const code of ['SIGNER_UNKNOWN', 'SIGNATURE_BAD'] as const) {
    it(`asks other endorsers when one's signature is of no use: ${code}`, async () => {
      await inWorld(async (world, node) => {
        if (code === 'SIGNER_UNKNOWN') world.asset.consortium.renew('CustodianMSP');
        else world.asset.failures.set('endorseEpoch', new Array<Fault>(2).fill(new Fault(code, 'it does not verify')));
        world.asset.lock(5n);
        await world.run(node);
        assert.deepEqual(world.minted(), [5n]);
      });
    });
  }

  it('carries in its turn only, and in the place of a carrier that does nothing', async () => {
    const world = new World();
    const nodeNames = ['custodian', 'auditor'];
    const nodes = await Promise.all(nodeNames.map((node) => world.start({ node, nodes: nodeNames })));
    try {
      world.asset.lock(5n);
      for (const node of nodes) await node.settle();
      const [first, second] = nodes;
      assert.ok(first !== undefined && second !== undefined);
      assert.ok(world.trading.pooled <= 1);
      world.trading.dropPool();
      world.nowMs += 6_000;
      for (const node of nodes) await node.settle();
      await world.run(first);
      await world.run(second);
      assert.deepEqual(world.minted(), [5n]);
    } finally {
      for (const node of nodes) await node.remove();
    }
  });

  it('seals in turn, and in the place of a sealer that does nothing', async () => {
    const world = new World();
    const names = ['custodian-1', 'custodian-2'];
    const nodes = await Promise.all(names.map((name) => world.start({ node: name, nodes: names, sealers: names })));
    const [first, second] = nodes.sort((a, b) => sealRank(a.options, LANE) - sealRank(b.options, LANE)) as [
      MemoryNode,
      MemoryNode,
    ];
    try {
      await second.settle();
      world.nowMs += second.options.sealDelayMs;
      for (const node of nodes) await node.settle();
      world.asset.lock(1n);
      await second.settle();
      assert.equal(world.asset.sealedEpochs, 0, 'not its turn');
      await first.settle();
      assert.equal(world.asset.sealedEpochs, 1);
      await second.settle();
      assert.equal(second.modules.desk.waiting(LANE), 0, "the other's seal is noticed");
      world.asset.lock(2n);
      // The time that locks gather, and then that of the turn.
      for (const passMs of [0, 1_000, second.options.sealDelayMs - 1]) {
        world.nowMs += passMs;
        await second.settle();
        assert.equal(world.asset.sealedEpochs, 1);
      }
      world.nowMs += 1;
      await second.settle();
      assert.equal(world.asset.sealedEpochs, 2);
      const bundle = await second.tables.bundles.get(laneKey(LANE, 2n));
      assert.equal(bundle?.epoch, 2n, 'it does not wait to have endorsed what it has sealed');
      world.asset.lock(3n);
      await second.settle();
      world.nowMs += 1_000;
      await second.settle();
      assert.equal(world.asset.sealedEpochs, 3, 'it does not wait again for each epoch');
      world.asset.lock(4n);
      for (let round = 0; round < 3; round++) {
        await world.run(second);
        await world.run(first);
      }
      assert.deepEqual(world.minted(), [1n, 2n, 3n, 4n]);
    } finally {
      for (const node of nodes) await node.remove();
    }
  });

  it('looks again when another node has sealed the same locks', async () => {
    await inWorld(async (world, node) => {
      world.asset.failures.set('seal', [new Fault('LOCK_SEALED', 'another was faster')]);
      world.asset.lock(5n);
      await world.run(node);
      assert.deepEqual(world.minted(), [5n]);
    });
  });

  it('loses and doubles nothing wherever it is killed', async () => {
    for (let crashAt = 1; ; crashAt++) {
      const world = new World();
      let commits = 0;
      const atCommit = (): void => {
        commits += 1;
        if (commits === crashAt) throw new Fault('INTERNAL', 'killed');
      };
      const directory = await crashOnce(world, atCommit);
      const node = await world.start({ directory });
      await world.run(node, 12);
      assert.deepEqual(world.minted(), [1n, 2n, 3n], `killed at write ${crashAt}`);
      assert.equal(world.asset.waiting, 0);
      assert.equal(node.modules.lanes.get(LANE)?.delivered, world.trading.delivered);
      await node.remove();
      if (commits < crashAt) return;
    }
  });
});

/** Users lock while a node works, until it is killed in a write or has done its work; its store stays. */
async function crashOnce(world: World, atCommit: () => void): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-crash-'));
  const batches = [[1n], [2n, 3n]];
  let node: MemoryNode | undefined;
  try {
    node = await world.start({ directory, atCommit });
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      world.asset.lock(...batch);
      await world.run(node, 2);
    }
  } catch (error) {
    assert.ok(error instanceof Fault && error.sentence === 'killed', String(error));
  }
  await node?.close();
  for (const batch of batches) world.asset.lock(...batch);
  return directory;
}
