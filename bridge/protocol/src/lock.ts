import { Fault } from './faults.ts';

const lockIdPattern = /^([0-9a-f]{64}):(0|[1-9][0-9]{0,4})$/;

/** `<transaction id>:<place in its batch>`. @throws {Fault} ENCODING_BAD */
export function lockIdOf(transactionId: string, place: number): string {
  const lockId = `${transactionId}:${place}`;
  if (!lockIdPattern.test(lockId)) throw new Fault('ENCODING_BAD', `${JSON.stringify(lockId)} is not a lock id`);
  return lockId;
}

export interface LockPlace {
  /** The transaction id of the lock: the id of its batch. */
  readonly batchId: string;
  readonly place: number;
}

/** Undefined when the text is not a lock id. */
export function parseLockId(text: string): LockPlace | undefined {
  const [, batchId, place] = lockIdPattern.exec(text) ?? [];
  return batchId === undefined || place === undefined ? undefined : { batchId, place: Number(place) };
}
