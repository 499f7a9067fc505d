import type { FaultCode } from '@twinspan/protocol';
import { pointNames } from '../../src/db/commitPoints.ts';
import type { CommitPoint } from '../../src/db/commitPoints.ts';
import type { Trouble } from './clumsy.ts';
import type { Death } from './death.ts';
import { SENDS, VERBS } from './verbs.ts';

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

/** Batches that no node of a running bridge writes, and why. */
export const elsewhere: Readonly<Partial<Record<CommitPoint, string>>> = {
  'rebuild/keep': 'written by a command while the node is down: killed at it in unit/store/rebuildKilled.test.ts',
};

export const reachable = pointNames.filter((point) => elsewhere[point] === undefined);

/** What a node must meet so that it comes to write a batch that it would not write otherwise. */
export function troubleFor(point: CommitPoint): Trouble | undefined {
  return troubles.get(point);
}

const AWAY: FaultCode = 'CHAIN_UNREACHABLE';
/** A fault that parks what meets it. */
const PARKING: FaultCode = 'FUNDS_SHORT';

const troubles: ReadonlyMap<string, Trouble> = new Map<string, Trouble>([
  ...Object.entries(VERBS).flatMap(([stage, verb]): [string, Trouble][] => [
    [`${stage}/postpone`, { verb, code: AWAY, from: sourceOf(stage) }],
    [`${stage}/park`, { verb, code: PARKING, from: sourceOf(stage) }],
  ]),
  ...Object.entries(SENDS).map(([stage, verb]): [string, Trouble] => [`${stage}/undo`, { verb, code: 'UNDERPRICED' }]),
  ['mint-seal/sealed', { verb: 'seal', code: AWAY, times: 1 }],
  // Its feed tells it nothing more, so that it looks itself when its turn has come.
  ['mint-deliver/known', { verb: 'blockNumber', code: AWAY, from: /\/src\/feeds\// }],
  ['back-prove/failed', { verb: 'privateRecord', code: AWAY }],
  // What it sends never arrives; another does its work meanwhile.
  ['submissions/version', { verb: 'broadcast', code: AWAY }],
  ['submissions/giveUp', { verb: 'broadcast', code: AWAY }],
]);

/** A stage's file, whatever its number. */
function sourceOf(stage: string): RegExp {
  const [pipeline, step] = stage.split('-');
  return new RegExp(`/src/${pipeline}/[0-9]-${step}\\.ts`);
}
