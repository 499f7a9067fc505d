import { rightsIdOf, type ConfidentialRecord } from '@twinspan/protocol';

/** A record of CustodianMSP that a venue can back: 1,000 units worth 2,000 HKD, appraised the day before. */
export function confidentialRecord(registrationNumber: string, now: number): ConfidentialRecord {
  return {
    rightsId: rightsIdOf('CustodianMSP', registrationNumber),
    class: 1,
    jurisdiction: 1,
    registeredUnits: 1_000n,
    appraisedValue: 2_000n * 10n ** 18n,
    appraisedAt: now - 86_400,
    appraisalValidUntil: now + 90 * 86_400,
    rating: 80,
    encumbered: false,
    filingValidUntil: 0,
    ownerHash: `0x00${'11'.repeat(31)}`,
    documentsRoot: `0x00${'22'.repeat(31)}`,
    salt: `0x00${'5a'.repeat(31)}`,
  };
}
