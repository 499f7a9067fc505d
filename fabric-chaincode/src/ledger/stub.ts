/**
 * What the chaincode uses of fabric-shim's stub, and nothing more. `ChaincodeStub` satisfies it; so does the in-memory
 * ledger of the tests.
 */
export interface LedgerStub {
  getArgs(): readonly string[];
  getTxID(): string;
  getChannelID(): string;
  getCreator(): { readonly mspid: string };
  getDateTimestamp(): Date;
  getTransient(): ReadonlyMap<string, Uint8Array>;

  createCompositeKey(objectType: string, attributes: string[]): string;
  getState(key: string): Promise<Uint8Array>;
  putState(key: string, value: Uint8Array): Promise<void>;
  deleteState(key: string): Promise<void>;
  getStateByPartialCompositeKeyWithPagination(
    objectType: string,
    attributes: string[],
    pageSize: number,
    bookmark?: string,
  ): AsyncIterable<{ readonly key: string; readonly value: Uint8Array }> &
    Promise<{ readonly metadata?: PageMetadata }>;
  getHistoryForKey(key: string): AsyncIterable<KeyChange>;
  getPrivateData(collection: string, key: string): Promise<Uint8Array>;
  putPrivateData(collection: string, key: string, value: Uint8Array): Promise<void>;
  setEvent(name: string, payload: Uint8Array): void;
}

interface PageMetadata {
  /** The key at which the next page begins; empty after the last page. */
  readonly bookmark: string;
}

export interface KeyChange {
  readonly txId: string;
  readonly isDelete: boolean;
  readonly value: Uint8Array;
  readonly timestamp: { readonly seconds: { toString(): string } };
}
