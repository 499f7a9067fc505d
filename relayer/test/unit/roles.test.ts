import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { bundleFromWire, bundleToWire } from '@twinspan/sdk';
import { nodesWith } from '../../src/peers/cards.ts';
import { receiveBundle } from '../../src/peers/receivers.ts';
import { cardKeys, cardOf } from '../fakes/cards.ts';
import { LANE, MemoryAsset } from '../fakes/memoryAsset.ts';
import { MemoryNode } from '../fakes/memoryNode.ts';
import { BRIDGE, MemoryTrading, TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';

describe('a carrier that has no part in Fabric', () => {
  let asset: MemoryAsset;
  let trading: MemoryTrading;
  let gateway: MemoryNode;
  let carrier: MemoryNode;
  let nowMs = 1_000_000;
  const clock = (): number => nowMs;
  const asCarrier = { node: 'carrier', mspId: '', roles: ['carrier'], clock } as const;

  beforeEach(async () => {
    nowMs = 1_000_000;
    asset = new MemoryAsset(TRADING_CHAIN_ID, BRIDGE);
    trading = new MemoryTrading();
    const asGateway = { node: 'custodian', mspId: 'CustodianMSP', roles: ['gateway'], clock } as const;
    gateway = await MemoryNode.start(asGateway, asset, trading);
    carrier = await MemoryNode.start(asCarrier, asset, trading);
  });

  afterEach(() => Promise.all([gateway.remove(), carrier.remove()]));

  const tell = (node: MemoryNode, wire: string): Promise<string> =>
    receiveBundle(node.options, node.modules)(wire, 'b');

  async function lock(units: bigint): Promise<string> {
    asset.lock(units);
    await gateway.settle();
    return gateway.bundles.at(-1) ?? assert.fail('nothing was sealed');
  }

  async function mine(): Promise<void> {
    await carrier.settle();
    trading.mine();
    await carrier.settle();
    await gateway.settle();
  }

  it('learns a lane from a verified bundle, and carries it', async () => {
    const wire = await lock(5n);
    await gateway.settle();
    assert.equal(trading.pooled, 0, 'a gateway without a key carries nothing');
    await carrier.settle();
    assert.deepEqual(carrier.modules.lanes.all(), [], 'nothing is known before the first bundle');
    assert.equal(await tell(carrier, wire), 'news');
    await mine();
    assert.equal(trading.delivered, 1n);
    assert.equal(gateway.modules.lanes.get(LANE)?.delivered, 1n);
  });

  it('learns no lane from a bundle that the consortium did not endorse, or for another bridge', async () => {
    const good = bundleFromWire(await lock(5n));
    const short = bundleToWire({ ...good, endorsements: good.endorsements.slice(0, 2 + 130) as `0x${string}` });
    await assert.rejects(tell(carrier, short), { code: 'QUORUM_MISSING' });
    const elsewhere = { ...carrier.options, bridge: `0x${'0d'.repeat(20)}` } as const;
    const receive = receiveBundle(elsewhere, carrier.modules);
    await assert.rejects(receive(bundleToWire(good), 'b'), { code: 'BRIDGE_WRONG' });
    assert.deepEqual(carrier.modules.lanes.all(), []);
    assert.equal(carrier.tables.queues.deliver.size, 0);
  });

  it('learns a lane from deliveries, and what was delivered is not carried again', async () => {
    const first = await lock(5n);
    await tell(carrier, first);
    await mine();
    const late = await MemoryNode.start({ ...asCarrier, node: 'late' }, asset, trading);
    try {
      await late.settle();
      assert.equal(late.modules.lanes.get(LANE)?.delivered, 1n);
      assert.equal(await tell(late, first), 'known');
    } finally {
      await late.remove();
    }
  });

  it('knows its lanes after a restart, and carries what waited', async () => {
    await tell(carrier, await lock(5n));
    await mine();
    const second = await lock(6n);
    await tell(carrier, second);
    await carrier.close();
    carrier = await MemoryNode.start({ ...asCarrier, directory: carrier.directory }, asset, trading);
    const { sealed, delivered } = carrier.modules.lanes.get(LANE) ?? assert.fail('the lane is forgotten');
    assert.deepEqual([sealed, delivered], [2n, 1n]);
    await mine();
    assert.equal(trading.delivered, 2n);
  });

  it('carries again what a reorganization took', async () => {
    await tell(carrier, await lock(5n));
    await mine();
    trading.reorganize(1);
    assert.equal(trading.delivered, 0n);
    for (let round = 0; round < 4; round++) {
      nowMs += 60_000;
      await mine();
    }
    assert.equal(trading.delivered, 1n);
  });
});

describe('a gateway', () => {
  it('learns no lane from others: it sees them itself', async () => {
    const clock = (): number => 1_000_000;
    const asset = new MemoryAsset(TRADING_CHAIN_ID, BRIDGE);
    const elsewhere = new MemoryAsset(TRADING_CHAIN_ID, `0x${'0d'.repeat(20)}`);
    const trading = new MemoryTrading();
    const sealer = await MemoryNode.start({ node: 'custodian', mspId: 'CustodianMSP', clock }, asset, trading);
    const gateway = await MemoryNode.start({ node: 'auditor', mspId: 'AuditorMSP', clock }, elsewhere, trading);
    try {
      asset.lock(5n);
      await sealer.settle();
      const receive = receiveBundle(gateway.options, gateway.modules);
      assert.equal(await receive(sealer.bundles[0] ?? assert.fail(), 'b'), 'known');
      assert.deepEqual(gateway.modules.lanes.all(), []);
    } finally {
      await Promise.all([sealer.remove(), gateway.remove()]);
    }
  });
});

describe('the turns of a role', () => {
  it('are drawn from the nodes that have it, this one among them once', async () => {
    const domain = { tradingChainId: TRADING_CHAIN_ID, bridge: BRIDGE };
    const cards = await Promise.all([
      cardOf({ node: 'a', roles: ['gateway'] }, domain, cardKeys(1)),
      cardOf({ node: 'b', roles: ['carrier', 'attestor'] }, domain, cardKeys(2)),
      cardOf({ node: 'c', roles: ['carrier'] }, domain, cardKeys(3)),
    ]);
    const carrier = { node: 'b', roles: ['carrier', 'attestor'] } as const;
    assert.deepEqual(nodesWith('carrier', cards, carrier).sort(), ['b', 'c']);
    assert.deepEqual(nodesWith('gateway', cards, carrier), ['a']);
    assert.deepEqual(nodesWith('carrier', cards, { node: 'd', roles: ['carrier'] }).sort(), ['b', 'c', 'd']);
    assert.deepEqual(nodesWith('prover', cards, carrier), []);
  });
});
