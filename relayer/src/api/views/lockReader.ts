import { Fault, parseLockId } from '@twinspan/protocol';
import type { LockTrace } from '@twinspan/sdk';
import type { EpochRow } from '../../db/tables.ts';
import type { ApiModules, LockChain } from '../modules.ts';
import type { Step } from './life.ts';

type Modules = Pick<ApiModules, 'lanes' | 'sealing'>;

/** @throws Fault NOT_FOUND on a node without the role gateway: nobody else sees the asset chain */
export function requireSealing({ sealing }: Modules): NonNullable<ApiModules['sealing']> {
  if (sealing !== undefined) return sealing;
  throw new Fault('NOT_FOUND', 'this node does not see locks: ask one with the role gateway');
}

/** Locks that one transaction made and that wait for a seal. */
export interface WaitingBatch {
  readonly laneId: bigint;
  readonly lockedAtMs: number | undefined;
  readonly locks: readonly Pick<LockTrace, 'rightsId' | 'recipient' | 'units'>[];
}

interface Asked {
  readonly lane: bigint;
  /** Batches. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of what waits, from the own peer: however much waits, one page is all that is held. */
export async function waitingBatches(
  { lane, limit, cursor }: Asked,
  modules: Modules,
): Promise<{ readonly batches: readonly WaitingBatch[]; readonly next: string | undefined }> {
  const { asset } = requireSealing(modules);
  if (modules.lanes.get(lane) === undefined) throw new Fault('NOT_FOUND', `this node knows no lane ${lane}`);
  const page = await asset.pendingLocksPage(lane, {
    size: limit,
    ...(cursor === undefined ? {} : { bookmark: cursor }),
  });
  const byBatch = new Map<string, LockTrace[]>();
  for (const lock of page.locks) {
    const batchId = batchOf(lock.lockId);
    byBatch.set(batchId, [...(byBatch.get(batchId) ?? []), lock]);
  }
  const batches = [...byBatch].map(async ([batchId, locks]) => ({
    ...{ laneId: lane, lockedAtMs: await lockedAt(batchId, asset) },
    // Their ids stay inside: they are among what the header's detailsHash hides.
    locks: locks.map(({ rightsId, recipient, units }) => ({ rightsId, recipient, units })),
  }));
  return { batches: await Promise.all(batches), next: page.bookmark };
}

/** The first step of a message's life, as the own peer has it; undefined where that cannot be asked. */
export async function lockedStep(
  { laneId, epoch, firstMessage }: EpochRow,
  message: bigint,
  { sealing }: Modules,
): Promise<Step | undefined> {
  if (sealing === undefined) return undefined;
  try {
    const { asset } = sealing;
    const lock = (await asset.epoch(laneId, epoch))?.details.locks[Number(message - firstMessage)];
    return lock === undefined ? undefined : { step: 'locked', atMs: await lockedAt(batchOf(lock.lockId), asset) };
  } catch (error) {
    // The rest of its life is worth telling without it.
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** By the transaction that made the batch. */
export async function lockedAt(batchId: string, asset: Pick<LockChain, 'outcome'>): Promise<number | undefined> {
  const made = await asset.outcome(batchId);
  return made === undefined ? undefined : made.atSeconds * 1_000;
}

function batchOf(lockId: string): string {
  return parseLockId(lockId)?.batchId ?? lockId;
}
