import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliveryTurn, rankOf } from '../../../src/rank.ts';
import type { CarrierNode } from '../../fakes/carrierNode.ts';
import { inWorld, rowsOf } from './world.ts';
import type { CarrierWorld } from './world.ts';

const carriers = ['one', 'two'];

/** Both carriers of a network, the one whose turn it is first. */
async function inTurn(world: CarrierWorld): Promise<[CarrierNode, CarrierNode]> {
  const one = await world.openWithAll({ node: 'one', carriers });
  const two = await world.openWithAll({ node: 'two', carriers });
  return rankOf('one', carriers, deliveryTurn(1n, 1n)) === 0 ? [one, two] : [two, one];
}

describe('a carrier beside another', () => {
  it('waits its turn, looks at the pool, and acts where the other does nothing', async () => {
    await inWorld([1, 2], async (world) => {
      const [first, second] = await inTurn(world);
      await second.settle();
      assert.equal(world.trading.pooled, 0);
      world.nowMs += 5_001;
      await second.settle();
      assert.equal(world.trading.pooled, 2);
      // It is the first one's turn still, but what it would send is in the pool.
      await first.settle();
      assert.equal(world.trading.pooled, 2);
      await world.pass(4, first, second);
      assert.ok(world.isPaidOnce);
    });
  });

  it('waits once when it acts in the place of another, until the other delivers or the turn ends', async () => {
    await inWorld([1, 40], async (world) => {
      const [first, second] = await inTurn(world);
      world.nowMs += 5_001;
      for (let block = 0; block < 2; block++) {
        await second.settle();
        world.trading.mine();
      }
      assert.equal(world.trading.delivered, 16n, 'two flights of eight in one wait');
      await first.settle();
      world.trading.mine();
      await second.settle();
      assert.equal(world.trading.pooled, 0, 'the other is back');
      assert.equal(world.trading.deliveries, Number(world.trading.delivered));
      await world.pass(12, first, second);
      assert.ok(world.isPaidOnce);
    });
  });

  it('leaves an epoch that another has in the pool alone, for a while', async () => {
    await inWorld([1, 1], async (world) => {
      const one = await world.openWithAll();
      const two = await world.openWithAll({ node: 'two' });
      await one.settle();
      for (let seconds = 0; seconds < 60; seconds++) {
        await two.settle();
        assert.equal(world.trading.pooled, 1, `after ${seconds} s`);
        world.nowMs += 1_000;
      }
      await two.settle();
      assert.equal(world.trading.pooled, 2);
    });
  });

  it('does not send a lost transaction again while another has its work in the pool', async () => {
    await inWorld([1, 1], async (world) => {
      const one = await world.openWithAll();
      await one.settle();
      world.trading.dropPool();
      const two = await world.openWithAll({ node: 'two' });
      await two.settle();
      world.nowMs += 2_000;
      world.trading.isStubborn = () => true;
      world.trading.mine();
      world.trading.isStubborn = () => false;
      await one.settle();
      assert.equal(world.trading.pooled, 1);
      await world.pass(4, one, two);
      assert.ok(world.isPaidOnce);
      assert.deepEqual(await rowsOf(one), []);
    });
  });
});
