/**
 * Every batch that a node writes has a name from this list: the compiler refuses one without, and the crash suites kill a
 * node at each of them, so none is forgotten.
 */
export const commitPoints = [
  'start/lanes',
  'start/rouse',
  'asset-feed/apply',
  'trading-feed/apply',
  'peers/bundle',
  'peers/attestation',
  'peers/proof',
  'mint-seal/sealed',
  'mint-seal/postpone',
  'mint-seal/park',
  'mint-endorse/endorsed',
  'mint-endorse/postpone',
  'mint-endorse/park',
  'mint-deliver/known',
  'mint-deliver/note',
  'mint-deliver/undo',
  'mint-deliver/postpone',
  'mint-deliver/park',
  'mint-confirm/lane',
  'mint-retry/look',
  'mint-retry/note',
  'mint-retry/undo',
  'mint-retry/postpone',
  'mint-retry/park',
  'back-prove/nothing',
  'back-prove/wait',
  'back-prove/proven',
  'back-prove/failed',
  'back-prove/postpone',
  'back-prove/park',
  'back-announce/done',
  'back-announce/again',
  'back-announce/postpone',
  'back-announce/park',
  'back-submit/drop',
  'back-submit/note',
  'back-submit/undo',
  'back-submit/postpone',
  'back-submit/park',
  'back-confirm/settle',
  'release-attest/signed',
  'release-attest/again',
  'release-attest/postpone',
  'release-attest/park',
  'release-release/done',
  'release-release/wait',
  'release-release/postpone',
  'release-release/park',
  'release-confirm/confirmed',
  'release-confirm/postpone',
  'release-confirm/park',
  'submissions/clear',
  'submissions/version',
  'submissions/giveUp',
  'submissions/rouse',
  'admin/pause',
  'admin/rouse',
  'rebuild/keep',
] as const;

export type CommitPoint = (typeof commitPoints)[number];

type Of<Point, Step extends string> = Point extends `${infer Stage}/${Step}` ? Stage : never;

/** Stages that send transactions. */
export type SendingStage = Of<CommitPoint, 'note'>;
/** Stages whose jobs can be postponed. */
export type PostponingStage = Of<CommitPoint, 'postpone'>;
