export interface CheckpointTimes {
  /** Checkpoints fall on multiples of so many blocks, so that all attestors sign the same one. */
  readonly everyBlocks: bigint;
  /** While entries stay unreleased, another checkpoint falls on every so many blocks: proofs of old blocks are not kept. */
  readonly againBlocks: bigint;
}

/**
 * The block to attest for entries that wait, or undefined when none is due. Every node comes to the same block from the
 * entries alone.
 * @param entryBlocks blocks of the entries not yet released
 */
export function checkpointFor(
  entryBlocks: readonly bigint[],
  final: bigint,
  { everyBlocks, againBlocks }: CheckpointTimes,
): bigint | undefined {
  let chosen: bigint | undefined;
  for (const block of entryBlocks) {
    const first = alignedUp(block, everyBlocks);
    if (first > final) continue;
    const again = final - (final % againBlocks);
    const candidate = again > first ? again : first;
    if (chosen === undefined || candidate > chosen) chosen = candidate;
  }
  return chosen;
}

function alignedUp(block: bigint, step: bigint): bigint {
  return ((block + step - 1n) / step) * step;
}
