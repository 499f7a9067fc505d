import type { CommitPoint } from '../../src/db/commitPoints.ts';
import type { Death } from './death.ts';

/** Where a node is to die. */
export type Place = Pick<Death, 'point' | 'when'>;

export function bothSidesOf(points: readonly CommitPoint[]): Place[] {
  return points.flatMap((point): Place[] => [
    { point, when: 'before' },
    { point, when: 'after' },
  ]);
}

/** Batches that some node writes in every round of a running bridge, whatever else happens. */
export const ordinaryPoints: readonly CommitPoint[] = [
  'asset-feed/apply',
  'trading-feed/apply',
  'peers/bundle',
  'peers/attestation',
  'mint-seal/sealed',
  'mint-endorse/endorsed',
  'mint-deliver/note',
  'mint-confirm/lane',
  'back-prove/proven',
  'back-submit/note',
  'back-confirm/settle',
  'release-attest/signed',
  'release-release/done',
  'release-confirm/confirmed',
  'submissions/clear',
];
