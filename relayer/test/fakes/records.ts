import { packBound, packPolicy, recordCommitmentOf, rightsIdOf } from '@twinspan/protocol';
import type { ConfidentialRecord, Policy } from '@twinspan/protocol';
import type { ProofRequest } from '../../src/prover/prover.ts';

/** A policy that every record here satisfies. */
export const OPEN_POLICY: Policy = {
  allowedClasses: [1],
  allowedJurisdictions: [1],
  minRating: 50,
  maxAppraisalAge: 500_000_000,
  maxLtvBps: 10_000,
  requireFiling: false,
  requireUnencumbered: true,
};
export const PACKED_POLICY = packPolicy(OPEN_POLICY);

export function recordOf(number: number): ConfidentialRecord {
  return {
    rightsId: rightsIdOf('CustodianMSP', `R-${number}`),
    class: 1,
    jurisdiction: 1,
    registeredUnits: 1_000_000n,
    appraisedValue: 2_000_000n,
    appraisedAt: 1_790_000_000,
    appraisalValidUntil: 2_000_000_000,
    rating: 80,
    encumbered: false,
    filingValidUntil: 0,
    ownerHash: `0x00${'22'.repeat(31)}`,
    documentsRoot: `0x00${'33'.repeat(31)}`,
    salt: `0x00${'5a'.repeat(31)}`,
  };
}

/** What a prover is asked for a record: a bound that it backs. */
export function requestOf(record: ConfidentialRecord): ProofRequest {
  const bound = packBound({ units: 1_000n, unitValue: 1n, until: 1_900_000_000 });
  return { record, commitment: recordCommitmentOf(record), bound };
}
