import { until } from '@twinspan/devnet';
import { of, recordOf, type World } from '../world.ts';
import { confidentialRecordOf, confirmPending } from './1-records.ts';
import { waitForDelivery } from './3-locks.ts';

/** A new appraisal changes the commitment: the old backing ends by itself and a new one is proven. */
export async function reappraise(world: World): Promise<void> {
  const { record: key, appraisedValue, unitValue, lock } = world.portfolio.reappraisal;
  const rightsId = of(world.rightsIds, key);
  const record = { ...recordOf(world, key), appraisedValue, unitValue, appraisedDaysAgo: 1 };
  world.story.chapter('Re-appraisal: the old backing ends, a new one is proven');
  await world.story.step(`appraise ${record.name} anew`, async () => {
    const { result } = await world.custodian.appraise(confidentialRecordOf(world.custodian.mspId, record));
    const { blockNumber } = await confirmPending(world, rightsId);
    await world.custodian.value({ rightsId, unitValue, valuedAt: Math.floor(Date.now() / 1000) });
    return { commitment: result.commitment, block: Number(blockNumber) };
  });
  await world.story.step('prove the new backing', async () => {
    const commitment = (await world.custodian.record(rightsId))?.commitment;
    if (commitment === undefined) throw new Error('the confirmed record has no commitment');
    const backing = await until('the new backing', () => world.venue.backing(commitment), { signal: world.signal });
    return { commitment, units: backing.units.toString(), until: new Date(backing.until * 1000).toISOString() };
  });
  const { nextMessage } = await world.venue.bridgeLane(world.laneId);
  await world.story.step('lock under the new backing', async () => {
    const { account, holder, units, reference } = lock;
    const recipient = of(world.holders, holder).address;
    const { result, blockNumber } = await world.custodian.lock(world.laneId, [
      { rightsId, account, recipient, units, reference },
    ]);
    return { batch: result.batchId, block: Number(blockNumber) };
  });
  await waitForDelivery(world, nextMessage + 1n);
}
