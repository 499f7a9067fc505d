import type { Caller, Role } from './access.ts';
import type { Keys } from './ledger/keys.ts';
import type { Store } from './ledger/store.ts';
import type { LedgerStub } from './ledger/stub.ts';
import type { LedgerClock } from './ledgerClock.ts';

/** What is the same for every call of one chaincode process, and must be the same in every organization's process. */
export interface Network {
  readonly networkId: string;
  /** The name under which the chaincode is committed; part of assetChainId. */
  readonly chaincode: string;
  readonly roles: ReadonlyMap<string, readonly Role[]>;
}

/** Everything that one run of a transaction sees. */
export interface Call {
  readonly network: Network;
  readonly channel: string;
  readonly txId: string;
  readonly caller: Caller;
  /** Organization of the peer that runs this chaincode process. */
  readonly peerMspId: string;
  /** Unix seconds of the proposal, chosen by the client. */
  readonly sentAt: number;
  readonly transient: ReadonlyMap<string, Uint8Array>;
  readonly keys: Keys;
  readonly store: Store;
  readonly clock: LedgerClock;
  /** For queries alone: pages and history. */
  readonly stub: LedgerStub;
}
