import type { AssetChain, TradingChain } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Wallet } from '../chains/wallet.ts';
import type { Tables } from '../db/tables.ts';
import type { Heads } from '../heads.ts';
import type { Metrics } from '../metrics.ts';
import type { Prover } from '../prover.ts';
import type { BackingTimes } from './backingDecision.ts';

export interface BackOptions {
  readonly mspId: string;
  readonly times: BackingTimes;
  /** From so many due records on, one proof covers up to sixteen; fewer are proven one by one, which is quicker. */
  readonly batchFrom: number;
  readonly idleMs: number;
}

/** What the stages of this pipeline work with. It runs at the custodian's node alone: only there the records can be read. */
export interface BackModules {
  readonly asset: Pick<AssetChain, 'record' | 'records' | 'privateRecord'>;
  readonly trading: Pick<TradingChain, 'listing' | 'policy' | 'backing' | 'addresses'>;
  readonly tables: Tables;
  readonly heads: Heads;
  readonly wallet: Wallet;
  readonly prover: Pick<Prover, 'prove'>;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
}
