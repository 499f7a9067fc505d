import { assetClasses, jurisdictions } from '@twinspan/protocol';
import type { Policy } from '@twinspan/protocol';
import type { Portfolio } from './portfolio.ts';

const DAY = 86_400;

/** The venue's policy as the protocol packs it. */
export function policyOf({ policy }: Portfolio): Policy {
  const ascending = (numbers: number[]): number[] => numbers.sort((a, b) => a - b);
  return {
    allowedClasses: ascending(policy.allowedClasses.map((name) => assetClasses[name])),
    allowedJurisdictions: ascending(policy.allowedJurisdictions.map((name) => jurisdictions[name])),
    minRating: policy.minRating,
    maxAppraisalAge: policy.maxAppraisalAgeDays * DAY,
    maxLtvBps: policy.maxLtvBps,
    requireFiling: policy.requireFiling,
    requireUnencumbered: policy.requireUnencumbered,
  };
}
