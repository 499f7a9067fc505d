import type { TradingChain } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Tables } from '../db/tables.ts';
import type { Metrics } from '../metrics.ts';
import type { FeeMarket } from './feeMarket.ts';
import type { Recall } from './recall.ts';

export type SenderChain = Pick<
  TradingChain,
  'nonce' | 'fees' | 'receipt' | 'estimate' | 'broadcast' | 'etherBalance' | 'slotGas'
>;

export interface SubmissionModules {
  readonly trading: SenderChain;
  readonly tables: Tables;
  readonly market: FeeMarket;
  readonly recall: Recall;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
}
