import type { Hex } from 'viem';
import type { Committed } from './committed.ts';

export interface LockArgs {
  readonly rightsId: Hex;
  readonly account: string;
  /** Address on the trading chain. */
  readonly recipient: Hex;
  readonly units: bigint;
  /** The custodian's own reference; stays inside the consortium. */
  readonly reference: string;
}

export interface LockResult {
  readonly batchId: string;
  /** In the order given. */
  readonly lockIds: readonly string[];
}

export interface SealArgs {
  readonly laneId: bigint;
  /** At most 256. */
  readonly lockIds: readonly string[];
  /** Records whose state is attested although no lock names them; at most 64 states in all. */
  readonly rightsIds?: readonly Hex[];
}

export interface SealResult {
  readonly epoch: bigint;
  readonly firstMessage: bigint;
  readonly messageCount: number;
  readonly stateCount: number;
}

export interface LaneVerbs {
  openLane(args: {
    readonly tradingChainId: bigint;
    readonly bridge: Hex;
    readonly ordinal: number;
  }): Promise<Committed<{ readonly laneId: bigint }>>;
  /** 1–100 locks, all or nothing. */
  lock(laneId: bigint, locks: readonly LockArgs[]): Promise<Committed<LockResult>>;
  cancelLocks(laneId: bigint, lockIds: readonly string[]): Promise<Committed<unknown>>;
  seal(args: SealArgs): Promise<Committed<SealResult>>;
}
