import { laneIdField, uint64Field } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { z } from 'zod';
import type { Committed } from './committed.ts';
import type { AssetSession } from './session.ts';
import { submit } from './submit.ts';

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

const opened = z.object({ laneId: laneIdField });
const locked = z.object({ batchId: z.string(), lockIds: z.array(z.string()) });
const sealed = z.object({
  epoch: uint64Field,
  firstMessage: uint64Field,
  messageCount: z.int().nonnegative(),
  stateCount: z.int().nonnegative(),
});

export function laneVerbs(session: AssetSession): LaneVerbs {
  return {
    openLane: (args) => submit(session, { transaction: 'openLane', args, result: opened, onConflict: 'repeat' }),
    lock: (laneId, locks) =>
      submit(session, { transaction: 'lock', args: { laneId, locks }, result: locked, onConflict: 'repeat' }),
    cancelLocks: (laneId, lockIds) =>
      submit(session, {
        transaction: 'cancelLocks',
        args: { laneId, lockIds },
        result: z.unknown(),
        onConflict: 'repeat',
      }),
    seal: ({ laneId, lockIds, rightsIds = [] }) =>
      submit(session, {
        transaction: 'seal',
        args: { laneId, lockIds, rightsIds },
        result: sealed,
        onConflict: 'repeat',
      }),
  };
}
