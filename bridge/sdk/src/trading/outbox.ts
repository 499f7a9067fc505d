import type { Hex, OutboxEntry } from '@twinspan/protocol';

export interface LocatedOutboxEntry extends OutboxEntry {
  readonly blockNumber: bigint;
  readonly txHash: Hex;
}

export interface OutboxVerbs {
  outboxLength(laneId: bigint, blockNumber?: bigint): Promise<bigint>;
  outboxHead(laneId: bigint, blockNumber?: bigint): Promise<Hex>;
  /**
   * Entries `fromIndex`.. as of the block, read from logs and checked by recomputing the hash chain from `fromHead` to the
   * contract's head at that block.
   * @throws Fault when the node's logs do not add up to the head.
   */
  outboxEntries(args: {
    readonly laneId: bigint;
    readonly fromIndex: bigint;
    readonly fromHead: Hex;
    readonly throughBlock: bigint;
    /** Where to start looking for logs; the bridge's deployment block when absent. */
    readonly fromBlock?: bigint;
  }): Promise<readonly LocatedOutboxEntry[]>;
}
