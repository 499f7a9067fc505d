import type { AssetChain, TradingChain } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Submissions } from './chains/submissions.ts';
import type { Lanes } from './lanes.ts';
import type { Metrics } from './metrics.ts';
import type { Stage } from './stage.ts';
import { Wake } from './wake.ts';

interface Options {
  /** How often the supplies are compared. */
  readonly everyMs: number;
}

interface Modules {
  readonly asset: Pick<AssetChain, 'supplies'>;
  readonly trading: Pick<TradingChain, 'blockNumber' | 'bridgeSupply' | 'listing' | 'totalSupply'>;
  readonly lanes: Lanes;
  readonly submissions: Submissions | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
}

export interface Supply {
  readonly sealed: bigint;
  readonly accounted: bigint;
  /** Over all records what is accounted for above what is sealed: anything but 0 means that a chain lies. */
  readonly excess: bigint;
}

/** Compares what both chains say about every record now and then: minted + held + outboxed may never exceed sealed. */
export function supplyAudit({ everyMs }: Options, modules: Modules): Stage<'audit'> {
  let nextMs = 0;
  const { metrics, lanes, submissions, clock, log } = modules;
  return {
    name: 'supply-audit',
    wake: new Wake(),
    idleMs: everyMs,
    next: () => Promise.resolve(clock() < nextMs ? undefined : 'audit'),
    run: async () => {
      nextMs = clock() + everyMs;
      for (const { laneId } of lanes.all()) {
        const lane = laneId.toString();
        const { sealed, accounted, excess } = await supplyOf(laneId, modules);
        metrics.list.supplySealed.set({ lane }, Number(sealed));
        metrics.list.supplyAccounted.set({ lane }, Number(accounted));
        metrics.list.supplyExcess.set({ lane }, Number(excess));
        if (excess > 0n) log.error({ transferId: lane, excess: excess.toString() }, 'more units than were sealed');
      }
      metrics.list.supplyAudited.set(Math.floor(clock() / 1_000));
      if (submissions !== undefined) metrics.list.balance.set(await submissions.balance());
    },
    postpone: () => Promise.resolve(),
    park: () => Promise.resolve(),
    transferId: () => 'supply',
  };
}

/** Sealed units only grow, so they are read after what must not exceed them. */
export async function supplyOf(
  laneId: bigint,
  { asset, trading }: Pick<Modules, 'asset' | 'trading'>,
): Promise<Supply> {
  const total = { sealed: 0n, accounted: 0n, excess: 0n };
  const block = await trading.blockNumber();
  for await (const { rightsId, sealed } of asset.supplies(laneId)) {
    const [{ held, outboxed }, listing] = await Promise.all([
      trading.bridgeSupply(laneId, rightsId, block),
      trading.listing(rightsId),
    ]);
    const minted = listing?.laneId === laneId ? await trading.totalSupply(listing.token, block) : 0n;
    const accounted = minted + held + outboxed;
    total.sealed += sealed;
    total.accounted += accounted;
    if (accounted > sealed) total.excess += accounted - sealed;
  }
  return total;
}
