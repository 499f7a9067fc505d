import { recordCommitmentOf } from '@twinspan/protocol';
import type { ConfidentialRecord, Hex, Policy } from '@twinspan/protocol';
import type { RecordView } from '@twinspan/sdk';

const DAY = 86_400;
/** Unix seconds of a day long ago, on which tests of backings take place. */
export const RECORD_NOW = 20_000 * DAY;

export const PERMISSIVE_POLICY: Policy = {
  allowedClasses: [1],
  allowedJurisdictions: [1],
  minRating: 50,
  maxAppraisalAge: 365 * DAY,
  maxLtvBps: 10_000,
  requireFiling: false,
  requireUnencumbered: true,
};

/** A record that the policy lets be backed. */
export function confidentialRecord(rightsId: Hex): ConfidentialRecord {
  return {
    rightsId,
    class: 1,
    jurisdiction: 1,
    registeredUnits: 1_000n,
    appraisedValue: 2_000n,
    appraisedAt: RECORD_NOW - DAY,
    appraisalValidUntil: RECORD_NOW + 90 * DAY,
    rating: 80,
    encumbered: false,
    filingValidUntil: 0,
    ownerHash: `0x00${'22'.repeat(31)}`,
    documentsRoot: `0x00${'33'.repeat(31)}`,
    salt: `0x00${'44'.repeat(31)}`,
  };
}

const commitments = new WeakMap<ConfidentialRecord, Hex>();

/** Computed once: asking for it is what fakes do most. */
export function commitmentOf(record: ConfidentialRecord): Hex {
  const commitment = commitments.get(record) ?? recordCommitmentOf(record);
  commitments.set(record, commitment);
  return commitment;
}

export function recordView(record: ConfidentialRecord): RecordView {
  return {
    rightsId: record.rightsId,
    custodian: 'CustodianMSP',
    registrationNumber: 'R-1',
    name: 'Rooftops',
    symbol: 'ROOF',
    decimals: 0,
    issuedUnits: 1_000n,
    account: 'house',
    status: 'ACTIVE',
    termsHash: record.documentsRoot,
    commitment: commitmentOf(record),
    unitValue: 1n,
    valuedAt: RECORD_NOW,
  };
}
