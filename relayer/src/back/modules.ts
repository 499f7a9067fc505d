import type { AssetChain, TradingChain } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Wallet } from '../chains/wallet.ts';
import type { Tables } from '../db/tables.ts';
import type { Heads } from '../heads.ts';
import type { Metrics } from '../metrics.ts';
import type { Prover } from '../prover/prover.ts';
import type { BackingTimes } from './backingDecision.ts';

/** What everybody who holds proofs works with. */
export interface ProofModules {
  readonly trading: Pick<TradingChain, 'policy' | 'backing'>;
  readonly tables: Tables;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
}

export interface ProveOptions {
  readonly mspId: string;
  readonly times: BackingTimes;
  /** From so many due records on, one proof covers up to sixteen; fewer are proven one by one, which is quicker. */
  readonly batchFrom: number;
  /** How long this node leaves a record to the operator's provers before it in turn; 0 on the first. */
  readonly leaveForMs: number;
  /** Absent on a node that carries nothing. */
  readonly turns: CarryTurns | undefined;
  readonly idleMs: number;
}

/** Role prover: it runs at the custodian's node alone, for only there the records can be read. */
export interface ProveModules extends ProofModules {
  readonly asset: Pick<AssetChain, 'record' | 'records' | 'privateRecord'>;
  readonly trading: Pick<TradingChain, 'listing' | 'policy' | 'backing'>;
  readonly prover: Pick<Prover, 'prove' | 'parallel'>;
  /** Tells the carriers; failing to reach them costs only their time. */
  readonly announceProof: (wire: string) => void;
}

/** How those that carry proofs take turns. */
export interface CarryTurns {
  /** This node's name. */
  readonly node: string;
  readonly carriers: readonly string[];
  /** How long a proof may wait before the next carrier acts, times its rank. */
  readonly carryDelayMs: number;
}

export interface CarryOptions {
  readonly turns: CarryTurns;
  readonly idleMs: number;
}

/** Role carrier: proofs, whoever made them, on their way to the trading chain. */
export interface CarryModules extends ProofModules {
  readonly trading: Pick<TradingChain, 'policy' | 'backing' | 'tryProve' | 'addresses'>;
  readonly heads: Heads;
  readonly wallet: Wallet;
}
