import { of, type World } from '../world.ts';

/** The custodian opens its lane; the venue lists a mirror token for each record and onboards its holders. */
export async function listTokens(world: World): Promise<void> {
  world.story.chapter('Listing: a lane to the bridge, a mirror token for each record');
  await world.story.step('open the lane', async () => {
    const { chainId, addresses } = world.venue;
    const { result, blockNumber } = await world.custodian.openLane({
      tradingChainId: BigInt(chainId),
      bridge: addresses.bridge,
      ordinal: 0,
    });
    world.laneId = result.laneId;
    return { laneId: result.laneId.toString(), block: Number(blockNumber) };
  });
  for (const { key, name, symbol, decimals, eligibility } of world.portfolio.records) {
    await world.story.step(`list ${symbol}`, async () => {
      const rightsId = of(world.rightsIds, key);
      const mode = eligibility === 'open' ? 'OPEN' : 'ONBOARDED_ONLY';
      const terms = { rightsId, laneId: world.laneId, name, symbol, decimals };
      const sent = await world.venue.list({ ...terms, eligibility: mode });
      const { blockNumber, gasUsed } = await sent.confirmed();
      const listing = await world.venue.listing(rightsId);
      if (listing === undefined) throw new Error(`${symbol} is not listed`);
      world.tokens.set(key, listing.token);
      return { token: listing.token, block: Number(blockNumber), gas: Number(gasUsed) };
    });
    if (eligibility === 'onboarded') await onboardHolders(world, key, symbol);
  }
}

async function onboardHolders(world: World, key: string, symbol: string): Promise<void> {
  await world.story.step(`onboard the holders of ${symbol}`, async () => {
    const onboarded = world.portfolio.onboarded.map((holder) => of(world.holders, holder).address);
    const sent = await world.compliance.onboard(of(world.tokens, key), onboarded);
    const { blockNumber, gasUsed } = await sent.confirmed();
    return { holders: onboarded.length, block: Number(blockNumber), gas: Number(gasUsed) };
  });
}
