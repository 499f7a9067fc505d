import { endorsementVerbs, type EndorsementVerbs } from './endorsement.ts';
import { eventVerbs, type EventVerbs } from './events.ts';
import { laneVerbs, type LaneVerbs } from './laneVerbs.ts';
import type { AssetOptions } from './options.ts';
import { queries, type Queries } from './queries.ts';
import { recordVerbs, type RecordVerbs } from './recordVerbs.ts';
import { releaseVerbs, type ReleaseVerbs } from './releaseVerbs.ts';
import { openSession } from './session.ts';

/** One identity's view of the asset chain. Every verb resolves when its transaction is committed and valid, or throws a Fault. */
export interface AssetChain
  extends RecordVerbs, LaneVerbs, EndorsementVerbs, ReleaseVerbs, Queries, EventVerbs, Disposable {
  readonly mspId: string;
  readonly channel: string;
  readonly chaincode: string;
  /** Ends the connection; streams end with it. */
  readonly close: () => void;
}

/** Connects lazily: an unreachable peer shows at the first verb. */
export function connectAssetChain(options: AssetOptions): AssetChain {
  const session = openSession(options);
  return {
    mspId: options.mspId,
    channel: options.channel,
    chaincode: options.chaincode,
    close: session.close,
    [Symbol.dispose]: session.close,
    ...recordVerbs(session),
    ...laneVerbs(session),
    ...endorsementVerbs(session),
    ...releaseVerbs(session),
    ...queries(session),
    ...eventVerbs(session),
  };
}
