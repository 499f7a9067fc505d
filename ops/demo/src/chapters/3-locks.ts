import { until } from '@twinspan/devnet';
import { of, type World } from '../world.ts';

const BATCH = 20;

/** Locks the portfolio's units in batches and waits until the nodes have carried all of them. */
export async function lockUnits(world: World): Promise<void> {
  const { locks, records } = world.portfolio;
  world.story.chapter(`Locks: ${locks.length} locks of ${records.length} records cross to the trading chain`);
  for (let first = 0; first < locks.length; first += BATCH) {
    const batch = locks.slice(first, first + BATCH);
    await world.story.step(`lock ${batch.length} holdings for their recipients`, async () => {
      const { blockNumber, result } = await world.custodian.lock(
        world.laneId,
        batch.map(({ record, account, holder, units, reference }) => ({
          rightsId: of(world.rightsIds, record),
          account,
          recipient: of(world.holders, holder).address,
          units,
          reference,
        })),
      );
      return { batch: result.batchId, block: Number(blockNumber) };
    });
  }
  await waitForDelivery(world, BigInt(locks.length));
}

/** Waits until the bridge has taken `messages` messages of the lane. */
export async function waitForDelivery(world: World, messages: bigint): Promise<void> {
  await world.story.step('seal, endorse, deliver', async () => {
    const lane = await until(
      `message ${messages} to be delivered`,
      async () => {
        const lane = await world.venue.bridgeLane(world.laneId);
        return lane.nextMessage >= messages ? lane : undefined;
      },
      { signal: world.signal },
    );
    return { epoch: Number(lane.epoch), messages: Number(lane.nextMessage) };
  });
}
