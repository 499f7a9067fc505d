import { uint64Field } from '@twinspan/protocol';
import type { AttestorSet, Checkpoint, Hex, OutboxEntry } from '@twinspan/protocol';
import { z } from 'zod';
import type { Committed } from './committed.ts';
import type { AssetSession } from './session.ts';
import { submit } from './submit.ts';

export interface ReleaseArgs {
  readonly laneId: bigint;
  /** Consecutive outbox entries up to the proven head. */
  readonly releases: readonly OutboxEntry[];
  readonly checkpoint: Checkpoint;
  /** 65 bytes r, s, v each, in strictly ascending order of signer. */
  readonly signatures: readonly Hex[];
  readonly accountProof: readonly Hex[];
  readonly storageProof: readonly Hex[];
}

export interface ReleaseResult {
  readonly applied: number;
  readonly releasedThrough: bigint;
}

export interface ReleaseVerbs {
  release(args: ReleaseArgs): Promise<Committed<ReleaseResult>>;
  /** In force once two orgs have approved the same set. */
  approveAttestors(set: AttestorSet): Promise<Committed<unknown>>;
}

const released = z.object({ applied: z.int().nonnegative(), releasedThrough: uint64Field });

export function releaseVerbs(session: AssetSession): ReleaseVerbs {
  return {
    release: (args) => submit(session, { transaction: 'release', args, result: released, onConflict: 'repeat' }),
    approveAttestors: (set) =>
      submit(session, { transaction: 'approveAttestors', args: set, result: z.unknown(), onConflict: 'repeat' }),
  };
}
