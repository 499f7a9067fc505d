import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { CarrierChain } from '../../fakes/carrierNode.ts';
import { inWorld, keysFor, rowsOf, sendersIn, STUCK_MS } from './world.ts';

describe('lanes and signer keys', () => {
  it('spreads lanes evenly, and each lane keeps to one key', async () => {
    await inWorld([6, 2], async (world) => {
      const carrier = await world.openWithAll({ keys: 3 });
      await carrier.settle();
      const rows = await rowsOf(carrier);
      const senderOf = (laneId: bigint): Set<string> =>
        new Set(
          rows
            .filter(({ purpose }) => purpose.includes(laneId.toString().padStart(20, '0') + '/'))
            .map(({ sender }) => sender),
        );
      for (const laneId of world.laneIds) assert.equal(senderOf(laneId).size, 1);
      const counts = Object.values(Object.groupBy(sendersIn(world.trading), (sender) => sender)).map(
        (all) => all?.length,
      );
      assert.deepEqual(counts, [4, 4, 4]);
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
    });
  });

  it('keeps a lane at its key over a restart while something of it is on its way', async () => {
    await inWorld([4, 2], async (world) => {
      const opening = { keys: 2, directory: mkdtempSync(join(tmpdir(), 'twinspan-lanes-')) };
      const before = await world.open(opening);
      for (const bundle of world.bundles) if (bundle.epoch === 1n) await before.adopt(bundle);
      await before.settle();
      const firstSenders = new Map(
        (await rowsOf(before)).map(({ purpose, sender }) => [purpose.slice(0, -20), sender]),
      );
      await world.close();
      const after = await world.openWithAll(opening);
      await after.settle();
      for (const { purpose, sender } of await rowsOf(after))
        assert.equal(sender, firstSenders.get(purpose.slice(0, -20)));
      await world.pass(4, after);
      assert.ok(world.isPaidOnce);
    });
  });

  it('leaves a key whose transactions do not move, once nothing of the lane is with it', async () => {
    await inWorld([2, 2], async (world) => {
      const carrier = await world.open({ keys: 2 });
      const first = world.bundles.filter(({ epoch }) => epoch === 1n);
      const second = world.bundles.filter(({ epoch }) => epoch === 2n);
      for (const bundle of first) await carrier.adopt(bundle);
      await carrier.settle();
      const [stuck] = sendersIn(world.trading);
      world.trading.isStubborn = ({ sender }) => sender === stuck;
      await world.pass(1, carrier);
      world.nowMs += 2 * STUCK_MS + 1;
      for (const bundle of second) await carrier.adopt(bundle);
      await world.pass(1, carrier);
      // The other lane went on; the one with something stuck waits for it.
      assert.equal(world.trading.delivered, 2n);
      const unfit = carrier.wallet.standings().filter(({ isUnfit }) => isUnfit);
      assert.deepEqual(
        unfit.map(({ address }) => address),
        [stuck],
      );
      world.trading.isStubborn = () => false;
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
    });
  });

  it('lets no lane wait for another that gets no answers', async () => {
    await inWorld([3, 1], async (world) => {
      const [slow] = world.laneIds;
      const hanging = Promise.withResolvers<never>();
      const through = (chain: CarrierChain): CarrierChain => ({
        ...chain,
        bridgeLane: (laneId, at) =>
          laneId === slow && at === undefined && isStarted ? hanging.promise : chain.bridgeLane(laneId, at),
      });
      let isStarted = false;
      const carrier = await world.openWithAll({ keys: 2, through });
      isStarted = true;
      const control = new AbortController();
      const running = carrier.run(control.signal);
      for (let looks = 0; looks < 1_000 && world.trading.pooled < 2; looks++) await new Promise(setImmediate);
      assert.equal(world.trading.pooled, 2);
      control.abort();
      hanging.reject(new Error('the end'));
      await running;
    });
  });

  it('tells where each key stands', async () => {
    await inWorld([2, 3], async (world) => {
      const carrier = await world.openWithAll({ keys: 2 });
      await world.pass(5, carrier);
      world.trading.baseFee = 900n;
      const [busy] = keysFor({ keys: 2 });
      assert.ok(busy !== undefined);
      const standings = carrier.wallet.standings();
      assert.deepEqual(
        standings.map(({ balance, pending, lanes, isUnfit }) => [balance, pending, lanes, isUnfit]),
        [
          [10n ** 18n, [], 1, false],
          [10n ** 18n, [], 1, false],
        ],
      );
      // One gas each, at base fee 4 and tip 2.
      assert.deepEqual(
        standings.map(({ runwayEpochs }) => runwayEpochs),
        [10 ** 18 / 6, 10 ** 18 / 6].map(Math.floor),
      );
      const text = await carrier.metrics.registry.metrics();
      assert.match(text, new RegExp(`bridge_carrier_messages_total\\{sender="${busy.address}"\\} 3`));
    });
  });
});
