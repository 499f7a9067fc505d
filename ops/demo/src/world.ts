import type { BridgeNode } from '@twinspan/devnet';
import type { AssetChain, TradingChain } from '@twinspan/sdk';
import type { Hex } from 'viem';
import type { Portfolio, PortfolioRecord } from './portfolio.ts';
import type { Story } from './story.ts';

/** Someone who holds mirror tokens. */
export interface Holder {
  readonly address: Hex;
  readonly trading: TradingChain;
}

/** Everything the chapters of the demo act on. */
export interface World {
  readonly portfolio: Portfolio;
  readonly story: Story;
  readonly signal: AbortSignal;
  readonly custodian: AssetChain;
  readonly registry: AssetChain;
  readonly auditor: AssetChain;
  /** The venue's admin. */
  readonly venue: TradingChain;
  /** The venue's compliance officer. */
  readonly compliance: TradingChain;
  readonly holders: ReadonlyMap<string, Holder>;
  readonly rightsIds: Map<string, Hex>;
  readonly tokens: Map<string, Hex>;
  /** The node that is killed on the way. */
  readonly relayer: BridgeNode;
  /** Set once the lane is open. */
  laneId: bigint;
}

/** The entry, which must be there. */
export function of<Value>(entries: ReadonlyMap<string, Value>, key: string): Value {
  const value = entries.get(key);
  if (value === undefined) throw new Error(`the demo knows no «${key}»`);
  return value;
}

/** A record of the portfolio by its key. */
export function recordOf(world: World, key: string): PortfolioRecord {
  const record = world.portfolio.records.find((one) => one.key === key);
  if (record === undefined) throw new Error(`the portfolio has no record «${key}»`);
  return record;
}
