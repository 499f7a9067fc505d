import { Fault } from '@twinspan/protocol';
import { Shim } from 'fabric-shim';
import type { ChaincodeResponse } from 'fabric-shim';
import { requireRole } from './access.ts';
import type { Call, Network } from './call.ts';
import { Keys } from './ledger/keys.ts';
import { Store } from './ledger/store.ts';
import type { LedgerStub } from './ledger/stub.ts';
import type { LedgerClock } from './ledgerClock.ts';
import { transactions } from './transactions.ts';

export interface ChaincodeModules {
  readonly network: Network;
  readonly peerMspId: string;
  readonly clock: LedgerClock;
  /** Gets what went wrong inside; a caller is told no more than that something did. */
  readonly logInternal: (txId: string, error: unknown) => void;
}

/** The chaincode `rights`: looks up the transaction, checks who asks, runs it and only then writes. */
export class RightsChaincode {
  readonly #modules: ChaincodeModules;

  constructor(modules: ChaincodeModules) {
    this.#modules = modules;
  }

  /** Nothing to set up: all configuration is on the ledger or the same in every process. */
  Init(): Promise<ChaincodeResponse> {
    return Promise.resolve(Shim.success());
  }

  async Invoke(stub: LedgerStub): Promise<ChaincodeResponse> {
    try {
      return Shim.success(await this.#run(stub));
    } catch (error) {
      if (error instanceof Fault) return Shim.error(error.message);
      this.#modules.logInternal(stub.getTxID(), error);
      return Shim.error(new Fault('INTERNAL', `transaction ${stub.getTxID()} failed, see the log`).message);
    }
  }

  async #run(stub: LedgerStub): Promise<Uint8Array> {
    const [name, argument, ...rest] = stub.getArgs();
    const transaction = transactions.get(name ?? '');
    if (transaction === undefined) throw new Fault('TRANSACTION_UNKNOWN', 'the chaincode has no such transaction');
    if (argument === undefined || rest.length > 0) throw new Fault('BAD_REQUEST', 'one JSON argument is expected');

    const call = this.#callOf(stub);
    requireRole(call.caller, transaction.who);
    const answer = await transaction.run(call, argument);
    if (transaction.kind === 'submit') await call.store.flush();
    else if (call.store.isChanged) throw new Fault('INTERNAL', 'a query must not write');
    return answer;
  }

  #callOf(stub: LedgerStub): Call {
    const { network, peerMspId, clock } = this.#modules;
    const mspId = stub.getCreator().mspid;
    const sentAt = Math.floor(stub.getDateTimestamp().getTime() / 1000);
    if (!Number.isSafeInteger(sentAt) || sentAt < 0) throw new Fault('BAD_REQUEST', 'the proposal has no timestamp');
    return {
      network,
      channel: stub.getChannelID(),
      txId: stub.getTxID(),
      caller: { mspId, roles: network.roles.get(mspId) ?? [] },
      peerMspId,
      sentAt,
      transient: stub.getTransient(),
      keys: new Keys(stub),
      store: new Store(stub),
      clock,
      stub,
    };
  }
}
