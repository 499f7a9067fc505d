import { until } from '@twinspan/devnet';
import { of, type World } from '../world.ts';

/** Holders redeem; attestors vouch for the block; the units are released to their accounts, although a node is dead. */
export async function redeemUnits(world: World): Promise<void> {
  world.story.chapter('Redemptions: units go home, and a killed relayer does not stop them');
  await world.story.step(`kill -9 the relayer of the ${world.relayer.operator}`, async () => {
    const { pid } = world.relayer.child;
    await world.relayer.child.kill('SIGKILL');
    return { pid: pid ?? 0 };
  });
  for (const { record, holder, units, account } of world.portfolio.redemptions) {
    await world.story.step(`${holder} redeems ${units} units`, async () => {
      const rightsId = of(world.rightsIds, record);
      const sent = await of(world.holders, holder).trading.redeem({ rightsId, units, account });
      const { blockNumber, gasUsed } = await sent.confirmed();
      return { rightsId, block: Number(blockNumber), gas: Number(gasUsed) };
    });
  }
  await waitForReleases(world);
  await world.story.step('start it again: it catches up while the story goes on', () => {
    world.relayer.child.start();
    return Promise.resolve({ pid: world.relayer.child.pid ?? 0 });
  });
}

/** Waits until the asset chain has applied everything that the lane's outbox holds now. */
export async function waitForReleases(world: World): Promise<void> {
  await world.story.step('attest, release', async () => {
    const length = await world.venue.outboxLength(world.laneId);
    const applied = await until(
      `${length} releases to be applied`,
      async () => {
        const outbox = await world.custodian.laneOutbox(world.laneId);
        return outbox.releasedThrough >= length ? outbox.releasedThrough : undefined;
      },
      { signal: world.signal },
    );
    return { releases: Number(applied), block: Number((await world.custodian.height()) - 1n) };
  });
}
