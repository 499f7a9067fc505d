import { until } from '@twinspan/devnet';
import type { HeldTrace, HoldReason } from '@twinspan/sdk';
import { of, type World } from '../world.ts';

/** Proofs reach the records that policy allows; what still waits is shown with its reason. */
export async function settleHeld(world: World): Promise<void> {
  world.story.chapter('Backings: what can be proven is minted, what cannot is held');
  await world.story.step('prove the backing of every record that the policy allows', async () => {
    const refused = new Set(
      world.portfolio.records.filter(({ encumbered }) => encumbered).map(({ key }) => of(world.rightsIds, key)),
    );
    const waiting = await until(
      'every provable record to be backed',
      async () => {
        const held = await heldFor(world, 'RECORD_NOT_BACKED');
        return held.every((trace) => refused.has(trace.held.rightsId)) ? held : undefined;
      },
      { signal: world.signal },
    );
    return { 'held for want of a backing': waiting.length };
  });
  await onboardNewcomer(world);
  await bounceRefused(world);
}

async function heldFor(world: World, reason: HoldReason): Promise<HeldTrace[]> {
  const traces = await world.venue.heldMessages(world.laneId);
  return traces.filter((trace) => trace.state === 'held' && trace.reason === reason);
}

async function onboardNewcomer(world: World): Promise<void> {
  const refused = await heldFor(world, 'RECIPIENT_REFUSED');
  for (const { held } of refused) {
    await world.story.step(`onboard ${held.recipient}, whom eligibility refused`, async () => {
      const token = (await world.venue.listing(held.rightsId))?.token;
      if (token === undefined) throw new Error('a held message names a record that is not listed');
      const { blockNumber, gasUsed } = await (await world.compliance.onboard(token, [held.recipient])).confirmed();
      return { message: Number(held.message), block: Number(blockNumber), gas: Number(gasUsed) };
    });
    await world.story.step('retry mints the held units', async () => {
      const ended = await until(
        `message ${held.message} to be minted`,
        async () => {
          const traces = await world.venue.heldMessages(world.laneId);
          return traces.find((trace) => trace.held.message === held.message && trace.state === 'minted');
        },
        { signal: world.signal },
      );
      return { message: Number(ended.held.message), units: ended.held.units.toString() };
    });
  }
}

async function bounceRefused(world: World): Promise<void> {
  for (const { held } of await heldFor(world, 'RECORD_NOT_BACKED')) {
    await world.story.step('compliance sends home units that no backing can be proven for', async () => {
      const { blockNumber, gasUsed } = await (await world.compliance.bounce(held)).confirmed();
      return {
        message: Number(held.message),
        units: held.units.toString(),
        block: Number(blockNumber),
        gas: Number(gasUsed),
      };
    });
  }
}
