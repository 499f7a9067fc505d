import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { inWorld, keysFor, rowsOf, STUCK_MS } from './world.ts';

describe('a transaction that waits for too long', () => {
  it('is outbid by the same call, and what is behind it stays of use', async () => {
    await inWorld([1, 4], async (world) => {
      const carrier = await world.openWithAll();
      await carrier.settle();
      const before = world.trading.pool.all();
      assert.deepEqual(
        before.map(({ nonce }) => nonce),
        [0, 1, 2, 3],
      );
      world.trading.baseFee = 12n;
      await world.pass(1, carrier);
      assert.deepEqual([world.trading.delivered, world.trading.pooled], [0n, 4]);
      world.nowMs += STUCK_MS;
      await world.pass(1, carrier);
      const after = world.trading.pool.all();
      assert.deepEqual(
        after.map(({ data }) => data),
        before.map(({ data }) => data),
      );
      for (const [place, { maxFeePerGas, maxPriorityFeePerGas }] of after.entries()) {
        assert.ok(maxFeePerGas * 10n >= (before[place]?.maxFeePerGas ?? 0n) * 11n);
        assert.ok(maxPriorityFeePerGas * 10n >= (before[place]?.maxPriorityFeePerGas ?? 0n) * 11n);
      }
      assert.deepEqual(
        (await rowsOf(carrier)).map(({ hashes }) => hashes.length),
        [2, 2, 2, 2],
      );
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
      assert.deepEqual(await rowsOf(carrier), []);
    });
  });

  it('leaves those behind it alone when they bid enough', async () => {
    await inWorld([1, 3], async (world) => {
      const carrier = await world.openWithAll();
      await carrier.settle();
      // The node takes the first of them for dear, for whatever reason.
      const [first] = world.trading.pool.all();
      world.trading.isStubborn = ({ hash }) => hash === first?.hash;
      world.nowMs += STUCK_MS;
      await world.pass(1, carrier);
      assert.deepEqual(
        (await rowsOf(carrier)).map(({ hashes }) => hashes.length),
        [2, 1, 1],
      );
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
    });
  });

  it('is never outbid above the ceiling', async () => {
    await inWorld([1, 1], async (world) => {
      const carrier = await world.openWithAll({ maxFeePerGas: 100n });
      await carrier.settle();
      world.trading.baseFee = 101n;
      for (let waits = 0; waits < 40; waits++) {
        world.nowMs += STUCK_MS;
        await world.pass(1, carrier);
      }
      const [waiting] = world.trading.pool.all();
      assert.ok(waiting !== undefined && waiting.maxFeePerGas <= 100n);
      world.trading.baseFee = 5n;
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
    });
  });

  it('counts as mined by whichever version was', async () => {
    await inWorld([1, 1], async (world) => {
      const carrier = await world.openWithAll();
      await carrier.settle();
      // The replacement is kept and does not get out; the first version is mined.
      world.trading.sendFailures.push({ fault: new Fault('CHAIN_UNREACHABLE', 'cut off'), isSent: false });
      const [first] = world.trading.pool.all();
      world.trading.isStubborn = () => true;
      world.nowMs += STUCK_MS;
      await world.pass(1, carrier);
      const [row] = await rowsOf(carrier);
      assert.deepEqual([row?.hashes.length, row?.hashes[0]], [2, first?.hash]);
      world.trading.isStubborn = () => false;
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
    });
  });

  it('gives its nonce up once its work is done by another', async () => {
    await inWorld([1, 1], async (world) => {
      const [one, two] = [await world.openWithAll(), await world.openWithAll({ node: 'two' })];
      await one.settle();
      const [own] = keysFor({});
      world.trading.isStubborn = ({ sender, data }) => sender === own?.address && data !== '0x';
      // Beyond any wait for what another has in the pool.
      world.nowMs += 2 * STUCK_MS;
      await world.pass(3, two);
      assert.equal(world.trading.delivered, 1n);
      await world.pass(3, one);
      assert.equal(await world.trading.verbs().nonce('latest', own?.address), 1);
      assert.deepEqual([world.trading.deliveries, world.trading.pooled], [1, 0]);
      assert.deepEqual(await rowsOf(one), []);
    });
  });
});

describe('a transaction that the pool lost', () => {
  it('is sent again as it was', async () => {
    await inWorld([1, 3], async (world) => {
      const carrier = await world.openWithAll();
      await carrier.settle();
      const before = world.trading.pool.all();
      world.trading.dropPool(({ nonce }) => nonce !== 1);
      world.nowMs += 2_000;
      await world.pass(1, carrier);
      await carrier.settle();
      assert.deepEqual(
        world.trading.pool.all().map(({ hash }) => hash),
        before.map(({ hash }) => hash),
      );
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
    });
  });

  it('is not sent again when another has done its work', async () => {
    await inWorld([1, 1], async (world) => {
      const [one, two] = [await world.openWithAll(), await world.openWithAll({ node: 'two' })];
      await one.settle();
      world.trading.dropPool();
      await world.pass(1, two);
      world.nowMs += 2_000;
      await world.pass(3, one, two);
      assert.ok(world.isPaidOnce);
      assert.deepEqual(await rowsOf(one), []);
    });
  });

  it('is outbid at once when the market has left it behind', async () => {
    await inWorld([1, 1], async (world) => {
      const carrier = await world.openWithAll();
      await carrier.settle();
      world.trading.dropPool();
      world.trading.baseFee = 50n;
      world.nowMs += 2_000;
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
    });
  });

  it('leaves no hole when a reorganization takes back what nobody remembers', async () => {
    await inWorld([1, 2], async (world) => {
      const carrier = await world.open();
      const [first, second] = world.bundles;
      assert.ok(first !== undefined && second !== undefined);
      await carrier.adopt(first);
      await world.pass(4, carrier);
      assert.deepEqual(await rowsOf(carrier), []);
      world.trading.reorganize(3);
      await carrier.adopt(second);
      await carrier.adopt(first);
      world.nowMs += 2_000;
      await world.pass(8, carrier);
      assert.equal(world.trading.delivered, 2n);
    });
  });
});
