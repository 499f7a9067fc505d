/**
 * What a written batch outlives. Most need only outlive this process: after a power loss both chains tell again what the
 * store has lost. What no chain can tell is on the disk before anything follows from it.
 */
export type Outlives = 'process' | 'power';

/**
 * Every batch that a node writes has a name from this list: the compiler refuses one without, and the crash suites kill a
 * node at each of them, so none is forgotten.
 */
export const commitPoints = {
  'start/lanes': 'process',
  'start/rouse': 'process',
  'asset-feed/apply': 'process',
  'trading-feed/apply': 'process',
  'peers/bundle': 'process',
  'peers/attestation': 'process',
  'peers/proof': 'process',
  'mint-seal/sealed': 'process',
  'mint-seal/postpone': 'process',
  'mint-seal/park': 'process',
  'mint-endorse/endorsed': 'process',
  'mint-endorse/postpone': 'process',
  'mint-endorse/park': 'process',
  'mint-deliver/known': 'process',
  'mint-deliver/note': 'process',
  'mint-deliver/undo': 'process',
  'mint-deliver/postpone': 'process',
  'mint-deliver/park': 'process',
  'mint-confirm/lane': 'process',
  'mint-retry/look': 'process',
  'mint-retry/note': 'process',
  'mint-retry/undo': 'process',
  'mint-retry/postpone': 'process',
  'mint-retry/park': 'process',
  'back-prove/nothing': 'process',
  'back-prove/wait': 'process',
  'back-prove/proven': 'process',
  'back-prove/failed': 'process',
  'back-prove/postpone': 'process',
  'back-prove/park': 'process',
  'back-announce/done': 'process',
  'back-announce/again': 'process',
  'back-announce/postpone': 'process',
  'back-announce/park': 'process',
  'back-submit/drop': 'process',
  'back-submit/note': 'process',
  'back-submit/undo': 'process',
  'back-submit/postpone': 'process',
  'back-submit/park': 'process',
  'back-confirm/settle': 'process',
  // The key must never sign another checkpoint of the block.
  'release-attest/signed': 'power',
  'release-attest/again': 'process',
  'release-attest/postpone': 'process',
  'release-attest/park': 'process',
  'release-release/done': 'process',
  'release-release/wait': 'process',
  'release-release/postpone': 'process',
  'release-release/park': 'process',
  'release-confirm/confirmed': 'process',
  'release-confirm/postpone': 'process',
  'release-confirm/park': 'process',
  'submissions/clear': 'process',
  'submissions/version': 'process',
  'submissions/giveUp': 'process',
  'submissions/rouse': 'process',
  // An order of people.
  'admin/pause': 'power',
  'admin/rouse': 'process',
  // What was signed, too; the store that it comes from is set aside.
  'rebuild/keep': 'power',
} as const satisfies Readonly<Record<string, Outlives>>;

export type CommitPoint = keyof typeof commitPoints;

export const pointNames = Object.keys(commitPoints) as readonly CommitPoint[];

type Of<Point, Step extends string> = Point extends `${infer Stage}/${Step}` ? Stage : never;

/** Stages that send transactions. */
export type SendingStage = Of<CommitPoint, 'note'>;
/** Stages whose jobs can be postponed. */
export type PostponingStage = Of<CommitPoint, 'postpone'>;
