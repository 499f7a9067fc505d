import type { AssetChain } from '@twinspan/sdk';
import type { Role } from '../config/roles.ts';
import type { LastFaults } from '../chronicle/attempts.ts';
import type { EventRing } from '../chronicle/eventRing.ts';
import type { Tables } from '../db/tables.ts';
import type { Heads } from '../heads.ts';
import type { Lanes } from '../lanes.ts';
import type { Metrics } from '../metrics.ts';
import type { Pauses } from '../mint/pauses.ts';
import type { PeerFacts } from '../peers/standing.ts';
import type { SupplyBook } from '../supplyBook.ts';

/** Another node, as its card introduces it. */
export interface KnownNode {
  readonly node: string;
  readonly operator: string;
  readonly roles: readonly Role[];
  readonly peerId: string;
  /** The operator's. */
  readonly evmAddress: string;
}

/** What is asked of the own org's peer about locks. */
export type LockChain = Pick<AssetChain, 'lane' | 'locks' | 'pendingLocksPage' | 'epoch' | 'outcome'>;

/** What the API looks at. It changes none of it. */
export interface ApiModules {
  readonly node: string;
  readonly operator: string;
  readonly roles: readonly Role[];
  readonly tables: Tables;
  readonly lanes: Lanes;
  readonly heads: Heads;
  readonly metrics: Metrics;
  readonly pauses: Pauses;
  readonly supplies: SupplyBook;
  /** With the role gateway alone; `waiting` is how many locks wait on a lane of the own custodian, as events told. */
  readonly sealing: { readonly asset: LockChain; readonly waiting: (laneId: bigint) => number | undefined } | undefined;
  readonly live: EventRing;
  readonly lastFaults: LastFaults;
  /** Of all nodes; the own one may be among them. */
  readonly cards: readonly KnownNode[];
  /** How every other node with a card behaves. */
  readonly peers: () => readonly PeerFacts[];
  /** Names of what is not ready yet; none when the node serves. */
  readonly waitingFor: () => readonly string[];
  readonly clock: () => number;
}
