import type { Limit } from './bucket.ts';

/** What one peer may do; beyond it waits, then is thought less of, then is shut out for a while. */
export interface PeerLimits {
  /** Items that reach verification. */
  readonly items: Limit;
  /** Bytes of gossip, repeats and control messages included. */
  readonly bytes: Limit;
  /** Requests to fetch. */
  readonly asks: Limit;
}

/** Seconds of allowance that a rest saves up. */
const BURST_SECONDS = 2;

/** @param itemsPerSecond of one peer; bytes follow at 2 KiB an item, and never less than a few whole bundles. */
export function peerLimits(itemsPerSecond: number): PeerLimits {
  const bytesPerSecond = Math.max(1 << 20, itemsPerSecond * 2_048);
  return {
    items: { perSecond: itemsPerSecond, burst: itemsPerSecond * BURST_SECONDS },
    bytes: { perSecond: bytesPerSecond, burst: bytesPerSecond * BURST_SECONDS },
    asks: { perSecond: 8, burst: 32 },
  };
}

/** Items of one peer under verification at which it is not read from until there are fewer: this node is the slow one. */
export const MANY_UNDER_VERIFICATION = 128;
/** More than one window of the smallest items on top: what exceeds it is dropped, and fetched later if needed. */
export const MOST_UNDER_VERIFICATION = 2_048;
/** A debt of so many milliseconds of allowance is not waited for any more: items are dropped unseen. */
export const LONGEST_DEBT_MS = 2_000;
/** Connections that one peer may have at a time: one each way, and one that has not yet noticed its end. */
export const MOST_CONNECTIONS_PER_PEER = 3;
