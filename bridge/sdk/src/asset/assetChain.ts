import type { Hex } from 'viem';
import type { EndorsementVerbs } from './endorsement.ts';
import type { EventVerbs } from './events.ts';
import type { LaneVerbs } from './laneVerbs.ts';
import type { Queries } from './queries.ts';
import type { RecordVerbs } from './recordVerbs.ts';
import type { ReleaseVerbs } from './releaseVerbs.ts';

/** One identity's view of the asset chain. Every verb resolves when its transaction is committed and valid, or throws a Fault. */
export interface AssetChain
  extends RecordVerbs, LaneVerbs, EndorsementVerbs, ReleaseVerbs, Queries, EventVerbs, Disposable {
  readonly mspId: string;
  readonly channel: string;
  readonly chaincode: string;
  /** Ends the connection; streams end with it. */
  close(): void;
}

export type AssetChainId = Hex;
