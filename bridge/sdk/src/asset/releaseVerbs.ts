import { rightsIdField, uint64Field } from '@twinspan/protocol';
import type { AttestorSet, Checkpoint, Hex, OutboxEntry } from '@twinspan/protocol';
import { z } from 'zod';
import type { Committed } from './committed.ts';
import type { AssetSession } from './session.ts';
import { submit } from './submit.ts';

export interface ReleaseArgs {
  readonly laneId: bigint;
  /** Consecutive outbox entries, at most 1,024, up to the proven head or to where `following` begins. */
  readonly releases: readonly OutboxEntry[];
  /** Entry hashes between `releases` and the proven head, at most 8,192: a long backlog is worked off in several calls. */
  readonly following?: readonly Hex[];
  readonly checkpoint: Checkpoint;
  /** 65 bytes r, s, v each, in strictly ascending order of signer. */
  readonly signatures: readonly Hex[];
  readonly accountProof: readonly Hex[];
  readonly storageProof: readonly Hex[];
}

export interface ReleaseResult {
  readonly applied: number;
  readonly releasedThrough: bigint;
  /** The first entry that waits for its record's 24 h window, and with it all behind it. */
  readonly waiting?: { readonly index: bigint; readonly rightsId: Hex; readonly code: 'RELEASE_LIMIT' } | undefined;
}

export interface ReleaseVerbs {
  release(args: ReleaseArgs): Promise<Committed<ReleaseResult>>;
  /** In force once two orgs have approved the same set. */
  approveAttestors(set: AttestorSet): Promise<Committed<{ readonly isInForce: boolean }>>;
}

const waiting = z.object({ index: uint64Field, rightsId: rightsIdField, code: z.literal('RELEASE_LIMIT') });
const released = z.object({
  applied: z.int().nonnegative(),
  releasedThrough: uint64Field,
  waiting: waiting.optional(),
});
const approved = z.object({ isInForce: z.boolean() });

export function releaseVerbs(session: AssetSession): ReleaseVerbs {
  return {
    release: (args) =>
      submit(session, { transaction: 'release', args: argsOf(args), result: released, onConflict: 'repeat' }),
    approveAttestors: (set) =>
      submit(session, { transaction: 'approveAttestors', args: set, result: approved, onConflict: 'repeat' }),
  };
}

/** Entries and checkpoints usually come with more than chaincode takes, such as where they were found. */
function argsOf({
  laneId,
  releases,
  following = [],
  checkpoint,
  signatures,
  accountProof,
  storageProof,
}: ReleaseArgs): object {
  const { blockNumber, blockHash, stateRoot } = checkpoint;
  return {
    laneId,
    releases: releases.map(({ index, kind, rightsId, units, target }) => ({ index, kind, rightsId, units, target })),
    following,
    checkpoint: { blockNumber, blockHash, stateRoot },
    signatures,
    accountProof,
    storageProof,
  };
}
