import { until } from '@twinspan/devnet';
import { of, recordOf, type World } from '../world.ts';

/** The registry freezes a record; its token stops at once. */
export async function freezeRecord(world: World): Promise<void> {
  const { record: key, reason } = world.portfolio.freeze;
  const token = of(world.tokens, key);
  world.story.chapter('Freeze: a frozen record stops its token');
  await world.story.step(`freeze ${recordOf(world, key).name}`, async () => {
    const { blockNumber } = await world.registry.freeze(of(world.rightsIds, key), reason);
    return { reason, block: Number(blockNumber) };
  });
  await world.story.step('the freeze reaches the trading chain', async () => {
    await until(
      `${token} to be halted`,
      async () => ((await world.venue.tokenStatus(token)).halted ? true : undefined),
      { signal: world.signal },
    );
    return { token, block: Number(await world.venue.blockNumber()) };
  });
  await world.story.step('a transfer of the frozen token is refused', async () => {
    const { address, trading } = await someHolder(world, token);
    const refusal = await trading.transfer(token, world.venue.addresses.bridge, 1n).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (refusal === undefined) throw new Error('a frozen token moved');
    return { holder: address, refusal };
  });
}

async function someHolder(world: World, token: `0x${string}`): Promise<{ address: string; trading: World['venue'] }> {
  for (const holder of world.holders.values()) {
    if ((await world.venue.balanceOf(token, holder.address)) > 0n) return holder;
  }
  throw new Error('nobody holds the frozen token');
}
