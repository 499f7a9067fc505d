import type { Hex } from 'viem';
import type { OutboxEntry } from '../trading/outbox.ts';
import type { CheckpointPoint } from '../trading/checkpoint.ts';
import type { Committed } from './committed.ts';
import type { AttestorSet } from './views.ts';

export interface ReleaseArgs {
  readonly laneId: bigint;
  /** Consecutive outbox entries up to the proven head. */
  readonly releases: readonly OutboxEntry[];
  readonly checkpoint: CheckpointPoint;
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
