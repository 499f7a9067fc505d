import type { Policy } from '@twinspan/protocol';

/** What the venue of these tests accepts. */
export const policy: Policy = {
  allowedClasses: [1],
  allowedJurisdictions: [1],
  minRating: 50,
  maxAppraisalAge: 31_536_000,
  maxLtvBps: 8_000,
  requireFiling: false,
  requireUnencumbered: true,
};
