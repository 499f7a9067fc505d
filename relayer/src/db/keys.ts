/** Wide enough for every uint64, so that keys sort as their numbers do. */
const DIGITS = 20;

/** Key of the `number`-th thing of a lane: an epoch, a message, an outbox entry. */
export function laneKey(laneId: bigint, number: bigint): string {
  return `${digits(laneId)}/${digits(number)}`;
}

/** The range of all keys of a lane from `number` on. */
export function laneRange(laneId: bigint, from: bigint, to = 2n ** 64n - 1n): { from: string; to: string } {
  return { from: laneKey(laneId, from), to: laneKey(laneId, to) };
}

export function numberKey(number: bigint | number): string {
  return digits(BigInt(number));
}

/** Key of what one attestor said of a block. */
export function attestorKey(attestor: string, blockNumber: bigint): string {
  return `${attestor}/${digits(blockNumber)}`;
}

/** Key of one nonce of one sender. */
export function nonceKey(sender: string, nonce: number): string {
  return `${sender}/${digits(BigInt(nonce))}`;
}

function digits(value: bigint): string {
  return value.toString().padStart(DIGITS, '0');
}

/** Keys begin with the lane, so that a lane's rows stand together. */
export function recordKey(laneId: bigint, rightsId: string): string {
  return `${digits(laneId)}/${rightsId}`;
}
