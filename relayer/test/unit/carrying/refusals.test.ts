import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import type { FaultCode } from '@twinspan/protocol';
import type { Signed } from '@twinspan/sdk';
import type { CarrierChain } from '../../fakes/carrierNode.ts';
import { inWorld, keysFor, rowsOf } from './world.ts';

/** The chain, with one send that is answered by a fault: before it reaches the pool, or after it was mined. */
function answering(code: FaultCode, reach: 'nowhere' | ((signed: Signed) => Promise<void>)) {
  return (chain: CarrierChain): CarrierChain => {
    let isFirst = true;
    return {
      ...chain,
      broadcast: async (signed, what) => {
        if (!isFirst) return chain.broadcast(signed, what);
        isFirst = false;
        if (reach !== 'nowhere') await reach(signed);
        throw new Fault(code, 'as the node says');
      },
    };
  };
}

describe('a node that refuses', () => {
  for (const code of ['NONCE_TAKEN', 'UNDERPRICED', 'FEES_TOO_HIGH', 'GAS_REFUSED'] as const) {
    it(`with ${code} leaves nothing behind, and the epoch is carried later`, async () => {
      await inWorld([1, 1], async (world) => {
        const carrier = await world.openWithAll({ through: answering(code, 'nowhere') });
        await carrier.settle();
        assert.deepEqual(await rowsOf(carrier), []);
        const [job] = carrier.modules.tables.queues.deliver.all();
        assert.deepEqual([job?.attempts, job?.parked?.code], [1, code === 'GAS_REFUSED' ? code : undefined]);
        assert.equal(carrier.modules.tables.queues.confirmMint.size, 0);
        if (job?.parked !== undefined) return;
        await world.pass(4, carrier);
        assert.ok(world.isPaidOnce);
      });
    });
  }

  it('because the transaction is mined already has not refused it', async () => {
    await inWorld([1, 1], async (world) => {
      const mined = async (signed: Signed): Promise<void> => {
        await world.trading.verbs().broadcast(signed, 'deliver');
        world.trading.mine();
      };
      const carrier = await world.openWithAll({ through: answering('NONCE_TAKEN', mined) });
      await carrier.settle();
      assert.equal((await rowsOf(carrier)).length, 1);
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
    });
  });

  it('or whose answer is lost is asked what became of the transaction', async () => {
    for (const isSent of [false, true]) {
      await inWorld([1, 3], async (world) => {
        const carrier = await world.openWithAll();
        world.trading.sendFailures.push({ fault: new Fault('SUBMIT_UNCERTAIN', 'cut off'), isSent });
        await world.pass(8, carrier);
        assert.ok(world.isPaidOnce, `sent: ${isSent}`);
      });
    }
  });

  it('takes no more when the base fee is above the ceiling, and takes it when that is over', async () => {
    await inWorld([1, 1], async (world) => {
      world.trading.baseFee = 2_000n;
      const carrier = await world.openWithAll();
      await world.pass(1, carrier);
      const [job] = carrier.modules.tables.queues.deliver.all();
      assert.deepEqual([world.trading.pooled, job?.parked, (job?.attempts ?? 0) > 0], [0, undefined, true]);
      world.trading.baseFee = 4n;
      world.nowMs += 60_000;
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
    });
  });
});

describe('a carrier short of funds', () => {
  it('lets another of its keys pay', async () => {
    await inWorld([2, 2], async (world) => {
      const [poor, rich] = keysFor({ keys: 2 });
      assert.ok(poor !== undefined && rich !== undefined);
      world.trading.ether.set(poor.address, 0n);
      const carrier = await world.openWithAll({ keys: 2 });
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
      assert.equal(await world.trading.verbs().nonce('latest', rich.address), 4);
      const standing = carrier.wallet.standings().map(({ address, isUnfit }) => [address, isUnfit]);
      assert.deepEqual(standing, [
        [poor.address, true],
        [rich.address, false],
      ]);
    });
  });

  it('is not asked again and again where a node refuses to try what it could not pay for', async () => {
    await inWorld([1, 1], async (world) => {
      let tries = 0;
      const through = (chain: CarrierChain): CarrierChain => ({
        ...chain,
        estimate: () => {
          tries += 1;
          assert.ok(tries < 10, 'tried without end');
          return Promise.reject(new Fault('FUNDS_SHORT', 'gas required exceeds allowance'));
        },
      });
      const carrier = await world.openWithAll({ through });
      await carrier.settle();
      const [parked] = carrier.modules.tables.queues.deliver.parked();
      assert.deepEqual([parked?.parked?.code, tries], ['FUNDS_SHORT', 1]);
    });
  });

  it('says so when none can pay, and goes on by itself once one is funded', async () => {
    await inWorld([1, 2], async (world) => {
      const [only] = keysFor({});
      assert.ok(only !== undefined);
      world.trading.ether.set(only.address, 1n);
      const carrier = await world.openWithAll();
      await carrier.settle();
      const parked = [...carrier.modules.tables.queues.deliver.parked()];
      assert.deepEqual(
        parked.map((job) => job.parked?.code),
        ['FUNDS_SHORT'],
      );
      assert.deepEqual(await rowsOf(carrier), []);
      world.trading.ether.set(only.address, 10n ** 18n);
      world.nowMs += 5_000;
      await world.pass(4, carrier);
      assert.ok(world.isPaidOnce);
    });
  });

  it('goes on by itself once gas is clearly cheaper, although it was not funded', async () => {
    await inWorld([1, 2], async (world) => {
      const [only] = keysFor({});
      assert.ok(only !== undefined);
      world.trading.ether.set(only.address, 50_000_000n);
      world.trading.baseFee = 400n;
      const carrier = await world.openWithAll();
      await world.pass(1, carrier);
      const isUnfit = (): boolean[] => carrier.wallet.standings().map((key) => key.isUnfit);
      for (const baseFee of [400n, 390n]) {
        world.trading.baseFee = baseFee;
        world.nowMs += 5_000;
        await world.pass(1, carrier);
        assert.deepEqual([isUnfit(), carrier.modules.tables.queues.deliver.measure().parked], [[true], 1]);
      }
      world.trading.baseFee = 4n;
      world.nowMs += 5_000;
      await world.pass(4, carrier);
      assert.deepEqual([isUnfit(), world.isPaidOnce], [[false], true]);
    });
  });

  it('moves a lane to another key when what it lost cannot be paid for again', async () => {
    await inWorld([1, 3], async (world) => {
      const carrier = await world.openWithAll({ keys: 2 });
      await carrier.settle();
      const [sender] = world.trading.pool.all().map((one) => one.sender);
      assert.ok(sender !== undefined);
      world.trading.dropPool();
      world.trading.ether.set(sender, 0n);
      world.nowMs += 2_000;
      await world.pass(8, carrier);
      assert.ok(world.isPaidOnce);
      assert.equal(await world.trading.verbs().nonce('latest', sender), 0);
    });
  });
});
