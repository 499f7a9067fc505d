import { packBound, packPolicy } from '../../src/index.ts';
import type { Bound, Policy } from '../../src/index.ts';
import { MAX_40, MAX_80 } from './fixtures.ts';
import type { VectorFile } from './vectorFile.ts';

const all = Array.from({ length: 64 }, (_, place) => place);
const none = packPolicyOf({});

function packPolicyOf(fields: Partial<Policy>): Policy {
  return {
    allowedClasses: [],
    allowedJurisdictions: [],
    minRating: 0,
    maxAppraisalAge: 0,
    maxLtvBps: 0,
    requireFiling: false,
    requireUnencumbered: false,
    ...fields,
  };
}

/** A venue's policy: solar, wind, piles, swaps; mainland China and Hong Kong; a year; 70 %. */
export const venuePolicy: Policy = {
  allowedClasses: [1, 2, 3, 4],
  allowedJurisdictions: [1, 2],
  minRating: 150,
  maxAppraisalAge: 31_536_000,
  maxLtvBps: 7_000,
  requireFiling: true,
  requireUnencumbered: true,
};

const policies: Readonly<Record<string, Policy>> = {
  'a venue': venuePolicy,
  nothing: none,
  'classes alone': packPolicyOf({ allowedClasses: all }),
  'class 63 alone': packPolicyOf({ allowedClasses: [63] }),
  'jurisdiction 0 alone': packPolicyOf({ allowedJurisdictions: [0] }),
  'rating alone': packPolicyOf({ minRating: 255 }),
  'age alone': packPolicyOf({ maxAppraisalAge: MAX_40 }),
  'loan to value alone': packPolicyOf({ maxLtvBps: 10_000 }),
  'filing alone': packPolicyOf({ requireFiling: true }),
  'unencumbered alone': packPolicyOf({ requireUnencumbered: true }),
  everything: {
    allowedClasses: all,
    allowedJurisdictions: all,
    minRating: 255,
    maxAppraisalAge: MAX_40,
    maxLtvBps: 10_000,
    requireFiling: true,
    requireUnencumbered: true,
  },
};

export const policyVectors: VectorFile = {
  cases: Object.entries(policies).map(([name, policy]) => ({ name, ...policy, packed: packPolicy(policy) })),
  refused: [
    { name: 'bit 194', packed: 2n ** 194n, code: 'POLICY_BAD' },
    { name: 'bit 253', packed: 2n ** 253n, code: 'POLICY_BAD' },
    { name: 'loan to value 10 001', packed: 10_001n << 176n, code: 'POLICY_BAD' },
    { name: 'loan to value 65 535', packed: 65_535n << 176n, code: 'POLICY_BAD' },
  ],
};

const bounds: Readonly<Record<string, Bound>> = {
  nothing: { units: 0n, unitValue: 0n, until: 0 },
  'units alone': { units: MAX_80, unitValue: 0n, until: 0 },
  'unit value alone': { units: 0n, unitValue: MAX_80, until: 0 },
  'until alone': { units: 0n, unitValue: 0n, until: MAX_40 },
  everything: { units: MAX_80, unitValue: MAX_80, until: MAX_40 },
  ordinary: { units: 48_000_000n, unitValue: 2_800_000_000_000_000_000n, until: 1_799_884_800 },
};

export const boundVectors: VectorFile = {
  cases: Object.entries(bounds).map(([name, bound]) => ({ name, ...bound, packed: packBound(bound) })),
  refused: [
    { name: 'bit 200', packed: 2n ** 200n, code: 'BOUND_BAD' },
    { name: 'bit 253', packed: 2n ** 253n, code: 'BOUND_BAD' },
  ],
};
