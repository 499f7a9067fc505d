import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { laneKey } from '../../../src/db/keys.ts';
import { rankOf } from '../../../src/rank.ts';
import type { CarrierNode } from '../../fakes/carrierNode.ts';
import { list, setPolicy } from '../../fakes/memoryBridge.ts';
import type { Act } from '../../fakes/memoryBridge.ts';
import { PERMISSIVE_POLICY } from '../../fakes/memoryRecord.ts';
import { inWorld } from './world.ts';
import type { CarrierWorld, Opening } from './world.ts';

const HELD = laneKey(1n, 0n);
const NAMES = ['one', 'two'];
const DELAY_MS = 5_000;

const liftPolicy: Act = (before) => ({
  state: { ...before, policy: undefined },
  changes: [{ name: 'PolicySet', policy: 0n }],
});

/** A carrier that has delivered a message which the bridge holds, because its record is not listed. */
async function holding(world: CarrierWorld, opening: Opening = {}): Promise<CarrierNode> {
  world.trading.user(setPolicy(PERMISSIVE_POLICY));
  const carrier = await world.openWithAll(opening);
  await world.pass(12, carrier);
  assert.deepEqual([world.trading.state.held.size, carrier.modules.tables.queues.retry.size], [1, 1]);
  return carrier;
}

/** From the next block on the message could be minted. */
function letIn({ trading }: CarrierWorld): void {
  trading.user(list());
  trading.user(liftPolicy);
}

/** A block whose events make every carrier look at what is held. */
async function rouse(world: CarrierWorld, carrier: CarrierNode): Promise<void> {
  world.trading.user(list());
  await world.pass(1, carrier);
}

describe('a held message that can be minted', () => {
  it('is paid for once, however often it is roused while the retry is in the pool', async () => {
    await inWorld([1, 1], async (world) => {
      const carrier = await holding(world);
      letIn(world);
      await world.pass(1, carrier);
      assert.equal(world.trading.pooled, 1);
      world.trading.isStubborn = () => true;
      for (let times = 0; times < 3; times++) await rouse(world, carrier);
      assert.equal(world.trading.pooled, 1);
      world.trading.isStubborn = () => false;
      await world.pass(3, carrier);
      assert.deepEqual([world.trading.state.held.size, world.trading.pooled], [0, 0]);
      assert.equal(carrier.modules.tables.queues.retry.size, 0);
    });
  });

  it('is sent again when the pool lost the retry for good', async () => {
    await inWorld([1, 1], async (world) => {
      const carrier = await holding(world);
      letIn(world);
      await world.pass(1, carrier);
      world.trading.dropPool();
      await world.pass(5, carrier);
      assert.equal(world.trading.state.held.size, 0);
    });
  });

  it('is minted by a carrier that comes later in turn, although it is roused all the time', async () => {
    await inWorld([1, 1], async (world) => {
      const later = NAMES.find((name) => rankOf(name, NAMES, `retry/${HELD}`) === 1) ?? assert.fail();
      const carrier = await holding(world, { node: later, carriers: NAMES, carryDelayMs: DELAY_MS });
      letIn(world);
      await world.pass(1, carrier);
      for (let passedMs = 1_000; passedMs < DELAY_MS; passedMs += 1_000) {
        await rouse(world, carrier);
        assert.deepEqual([world.trading.state.held.size, world.trading.pooled], [1, 0], 'not its turn');
      }
      await rouse(world, carrier);
      assert.equal(world.trading.pooled, 1);
      await world.pass(1, carrier);
      assert.equal(world.trading.state.held.size, 0);
    });
  });
});
