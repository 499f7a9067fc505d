export interface CheckpointTimes {
  /** Checkpoints fall on multiples of so many blocks, so that all attestors sign the same one. */
  readonly everyBlocks: bigint;
  /** While entries stay unreleased, another checkpoint falls on every so many blocks: proofs of old blocks are not kept. */
  readonly againBlocks: bigint;
}

/**
 * The block to attest for entries that wait, or undefined when none is due. Every node comes to the same block from the
 * entries alone.
 * @param newestThrough the block of the newest entry not yet released that is in a block or before it
 */
export function checkpointFor(
  newestThrough: (block: bigint) => bigint | undefined,
  final: bigint,
  { everyBlocks, againBlocks }: CheckpointTimes,
): bigint | undefined {
  const newest = newestThrough(final - (final % everyBlocks));
  if (newest === undefined) return undefined;
  const first = alignedUp(newest, everyBlocks);
  const again = final - (final % againBlocks);
  return again > first ? again : first;
}

function alignedUp(block: bigint, step: bigint): bigint {
  return ((block + step - 1n) / step) * step;
}
