import { until } from '@twinspan/devnet';
import { formatTable, supplyRow } from '@twinspan/report';
import type { SupplyRow } from '@twinspan/report';
import { of, type World } from '../world.ts';

/** Waits for the last acknowledgement, then sets both chains side by side; throws when a unit is missing or doubled. */
export async function compareSupplies(world: World, print: (line: string) => void): Promise<SupplyRow[]> {
  world.story.chapter('Supply: both chains side by side');
  const rows = await until('the supplies to agree', () => agreedRows(world), {
    signal: world.signal,
    timeoutMs: 30_000,
  });
  const symbols = world.portfolio.records.map(({ symbol }) => symbol);
  const header = ['record', 'sealed', 'released', 'minted', 'held', 'outbox pending', 'difference'];
  const cells = rows.map(({ assetChain, tradingChain, difference }, place) => [
    symbols[place] ?? '',
    ...[assetChain.sealed, assetChain.released, tradingChain.minted, tradingChain.held, tradingChain.outboxPending],
    difference.toString(),
  ]);
  for (const line of formatTable(header, cells)) print(`  ${line}`);
  return rows;
}

/** undefined while something is still on its way; the last answer is taken from quiet chains. */
async function agreedRows(world: World): Promise<SupplyRow[] | undefined> {
  const rows = await Promise.all(world.portfolio.records.map(({ key }) => rowOf(world, key)));
  const isQuiet = rows.every(({ difference, tradingChain }) => difference === 0 && tradingChain.outboxPending === '0');
  return isQuiet ? rows : undefined;
}

async function rowOf(world: World, key: string): Promise<SupplyRow> {
  const rightsId = of(world.rightsIds, key);
  const blockNumber = await world.venue.blockNumber();
  const [asset, trading, minted] = await Promise.all([
    world.auditor.supply(world.laneId, rightsId),
    world.venue.bridgeSupply(world.laneId, rightsId, blockNumber),
    world.venue.totalSupply(of(world.tokens, key), blockNumber),
  ]);
  return supplyRow({
    rightsId,
    sealed: asset.sealed,
    released: asset.released,
    minted,
    held: trading.held,
    outboxPending: trading.outboxed - trading.released,
  });
}
