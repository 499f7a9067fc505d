import type { AssetChain, Consortium, TradingChain } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Wallet } from '../chains/wallet.ts';
import type { Tables } from '../db/tables.ts';
import type { Heads } from '../heads.ts';
import type { Lanes } from '../lanes.ts';
import type { Metrics } from '../metrics.ts';
import type { DeliveryGas } from './deliveryGas.ts';
import type { Pauses } from './pauses.ts';
import type { SealDesk } from './sealDesk.ts';
import type { SealTurns } from './sealTurns.ts';

/** What the stages of this pipeline work with. */
export interface MintModules {
  readonly trading: Pick<
    TradingChain,
    | 'addresses'
    | 'block'
    | 'bridgeLane'
    | 'provenLane'
    | 'isHeld'
    | 'receipt'
    | 'recordHoldReason'
    | 'listing'
    | 'tokenStatus'
    | 'accountFlags'
  >;
  readonly tables: Tables;
  readonly lanes: Lanes;
  readonly heads: Heads;
  readonly pauses: Pauses;
  readonly gas: DeliveryGas;
  /** Absent on a node that carries nothing. */
  readonly wallet: Wallet | undefined;
  readonly consortium: Consortium;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
  /** Tells the other nodes; failing to reach them costs only their time. */
  readonly announceBundle: (wire: string) => void;
}

/** What they work with on a node with the role gateway. */
export interface GatewayModules extends MintModules {
  readonly asset: Pick<AssetChain, 'endorseEpoch' | 'epoch' | 'lane' | 'lanes' | 'seal' | 'pendingLocksPage'>;
  readonly desk: SealDesk;
  readonly turns: SealTurns;
}

export interface MintOptions {
  /** This node's name. */
  readonly node: string;
  /** Among whom the turns to carry are drawn. */
  readonly carriers: readonly string[];
  readonly tradingChainId: bigint;
  readonly bridge: `0x${string}`;
  /** Without a gateway lanes are learned from deliveries and from verified bundles. */
  readonly learnsLanes: boolean;
  /** How long a lane may stand still before the next carrier acts, times its rank. */
  readonly carryDelayMs: number;
  /** Epochs of one lane that may be in the pool at once. */
  readonly maxInFlight: number;
  readonly idleMs: number;
}

export interface GatewayOptions extends MintOptions {
  readonly mspId: string;
  /** Among whom the turns to endorse are drawn. */
  readonly gateways: readonly string[];
  /** The nodes of this org that seal its lanes, this one among them. */
  readonly sealers: readonly string[];
  /** How long a lane on which something is due may stand still before the next sealer acts, times its rank. */
  readonly sealDelayMs: number;
  /** Orgs that one endorsement round asks. */
  readonly endorsementsNeeded: number;
  /** How long a node waits for another's bundle before it asks the endorsers itself, times its rank. */
  readonly endorseDelayMs: number;
}
