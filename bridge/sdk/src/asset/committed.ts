/** A transaction that is valid in a committed block, with what chaincode answered. */
export interface Committed<Result> {
  readonly txId: string;
  readonly blockNumber: bigint;
  readonly result: Result;
}
