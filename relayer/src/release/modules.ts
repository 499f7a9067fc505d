import type { Hex } from '@twinspan/protocol';
import type { AssetChain, TradingChain } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Tables } from '../db/tables.ts';
import type { Metrics } from '../metrics.ts';
import type { Attestations } from './attestations.ts';
import type { CheckpointTimes } from './checkpointChoice.ts';

export interface ReleaseOptions {
  /** This node's name. */
  readonly node: string;
  /** Among whom the turns to release are drawn. */
  readonly gateways: readonly string[];
  readonly tradingChainId: bigint;
  readonly bridge: Hex;
  /** The attestor's private key; absent on a node that does not attest. */
  readonly attestorKey: Hex | undefined;
  readonly checkpoints: CheckpointTimes;
  /** How long a node waits for another to release, times its rank. */
  readonly releaseDelayMs: number;
  readonly idleMs: number;
}

/** What the stages of this pipeline work with. */
export interface ReleaseModules {
  readonly asset: Pick<AssetChain, 'attestors' | 'laneOutbox' | 'release'>;
  readonly trading: Pick<TradingChain, 'checkpoint' | 'finalizedBlock' | 'outboxEntries' | 'proof'>;
  readonly tables: Tables;
  readonly attestations: Attestations;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
  readonly announceAttestation: (wire: string) => void;
}
