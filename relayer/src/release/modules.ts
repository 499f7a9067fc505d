import type { Hex } from '@twinspan/protocol';
import type { AssetChain, TradingChain } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Tables } from '../db/tables.ts';
import type { Heads } from '../heads.ts';
import type { Metrics } from '../metrics.ts';
import type { Attestations } from './attestations.ts';
import type { CheckpointTimes } from './checkpointChoice.ts';
import type { KnownAttestors } from './knownAttestors.ts';

export interface ReleaseOptions {
  readonly tradingChainId: bigint;
  readonly bridge: Hex;
  /** The attestor's private key; absent on a node that does not attest. */
  readonly attestorKey: Hex | undefined;
  readonly checkpoints: CheckpointTimes;
  /** With the role gateway alone. */
  readonly turns: ReleaseTurns | undefined;
  readonly idleMs: number;
}

/** How those that release take turns. */
export interface ReleaseTurns {
  /** This node's name. */
  readonly node: string;
  readonly gateways: readonly string[];
  /** How long a node waits for another to release, times its rank. */
  readonly releaseDelayMs: number;
}

/** What the stages of this pipeline work with. */
export interface ReleaseModules {
  readonly trading: Pick<
    TradingChain,
    'requireChain' | 'checkpoint' | 'finalizedBlock' | 'block' | 'outboxEntries' | 'proof'
  >;
  readonly heads: Heads;
  /** Whose attestations count. */
  readonly attestors: KnownAttestors;
  /** First outbox entry of a lane that the asset chain has not released yet, as far as this node can know. */
  readonly releasedThrough: (laneId: bigint) => Promise<bigint>;
  readonly tables: Tables;
  readonly attestations: Attestations;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
  readonly announceAttestation: (wire: string) => void;
}

/** What they work with on a node with the role gateway. */
export interface ReleasingModules extends ReleaseModules {
  readonly asset: Pick<AssetChain, 'attestors' | 'laneOutbox' | 'release'>;
}
