/** The verb at which each stage can be made to fail. */
export const VERBS = {
  'mint-seal': 'seal',
  'mint-endorse': 'endorseEpoch',
  'mint-deliver': 'bridgeLane',
  'mint-retry': 'recordHoldReason',
  'back-prove': 'policy',
  'back-announce': 'policy',
  'back-submit': 'policy',
  'release-attest': 'finalizedBlock',
  'release-release': 'laneOutbox',
  'release-confirm': 'laneOutbox',
} as const;

export const SENDS = { 'mint-deliver': 'broadcast', 'mint-retry': 'broadcast', 'back-submit': 'broadcast' } as const;
