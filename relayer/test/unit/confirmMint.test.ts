import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import type { FaultCode } from '@twinspan/protocol';
import { laneKey } from '../../src/db/keys.ts';
import type { Head } from '../../src/headStage.ts';
import { confirmMintStage } from '../../src/mint/5-confirm.ts';
import type { MintModules } from '../../src/mint/modules.ts';
import { LANE, MemoryAsset } from '../fakes/memoryAsset.ts';
import { BRIDGE } from '../fakes/memoryBridge.ts';
import { MemoryNode } from '../fakes/memoryNode.ts';
import { MemoryTrading, TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';

const refusal = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code;

const idsOf = (queue: { all(): Iterable<{ readonly id: string }> }): string[] =>
  Array.from(queue.all(), ({ id }) => id);

/** Epoch 1 is delivered in block 1, of which the queue does not know yet whether it is final. */
describe('the look whether deliveries are final', () => {
  let trading: MemoryTrading;
  let node: MemoryNode;
  let head: Head;

  beforeEach(async () => {
    trading = new MemoryTrading();
    const asset = new MemoryAsset(TRADING_CHAIN_ID, BRIDGE);
    node = await MemoryNode.start({ node: 'custodian', mspId: 'CustodianMSP', clock: () => 1_000_000 }, asset, trading);
    asset.lock(5n);
    await node.settle();
    trading.mine();
    await node.settle();
    const { hash: finalHash } = await trading.verbs().block(1n);
    head = { latest: 1n, final: 1n, finalHash, version: 1 };
  });

  afterEach(() => node.remove());

  const look = (at: Head, own: Partial<MintModules['trading']> = {}): Promise<void> => {
    const modules = { ...node.modules, trading: { ...node.modules.trading, ...own } };
    return confirmMintStage(node.options, modules).run(at, new AbortController().signal);
  };
  const waiting = (): string[] => idsOf(node.tables.queues.confirmMint);

  it('lets go of what is final', async () => {
    assert.deepEqual(waiting(), [laneKey(LANE, 1n)]);
    await look(head);
    assert.deepEqual(waiting(), []);
  });

  it('asks nothing while no block is final', async () => {
    const block = (): Promise<never> => assert.fail('asked');
    await look({ ...head, final: 0n, finalHash: undefined }, { block, provenLane: block });
    assert.deepEqual(waiting(), [laneKey(LANE, 1n)]);
  });

  it('believes no other block than the one that was final, wherever the feed is by now', async () => {
    node.modules.heads.move(9n, 8n, `0x${'66'.repeat(32)}`);
    await assert.rejects(look({ ...head, finalHash: `0x${'66'.repeat(32)}` }), refusal('REORGED'));
    await assert.rejects(look({ ...head, finalHash: undefined }), refusal('REORGED'));
    assert.deepEqual(waiting(), [laneKey(LANE, 1n)]);
  });

  it('that fails holds up no delivery that was lost', async () => {
    const writes = node.tables.writes('mint-deliver/known');
    node.tables.queues.confirmMint.add(writes, laneKey(LANE, 2n), { laneId: LANE, epoch: 2n });
    await writes.commit();
    const provenLane = (): Promise<never> => Promise.reject(new Fault('CHAIN_UNREACHABLE', 'gone'));
    await assert.rejects(look(head, { provenLane }), refusal('CHAIN_UNREACHABLE'));
    assert.deepEqual(waiting(), [laneKey(LANE, 1n)]);
    assert.deepEqual(idsOf(node.tables.queues.deliver), [laneKey(LANE, 2n)]);
  });

  it('keeps the last 256 final bundles of a lane for nodes that were away, and no more', async () => {
    const row = await node.tables.bundles.get(laneKey(LANE, 1n));
    assert.ok(row !== undefined);
    const writes = node.tables.writes('mint-endorse/endorsed');
    for (let epoch = 2n; epoch <= 300n; epoch++) {
      writes.put(node.tables.bundles, laneKey(LANE, epoch), { ...row, epoch });
    }
    await writes.commit();
    const lane = await node.modules.trading.bridgeLane(LANE);
    await look(head, { provenLane: () => Promise.resolve({ ...lane, epoch: 299n }) });
    const kept = await node.tables.bundles.keys({ limit: 999 });
    assert.deepEqual([kept.length, kept[0]], [257, laneKey(LANE, 44n)]);
  });
});
