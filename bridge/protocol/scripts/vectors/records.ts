import {
  assetClasses,
  confidentialRecordToJson,
  jurisdictions,
  ownerHashOf,
  recordCommitmentOf,
  recordInputs,
} from '../../src/index.ts';
import type { ConfidentialRecord } from '../../src/index.ts';
import { labelled248, MAX_248, MAX_40, MAX_80, piles, solarHubei, solarHunan, ZERO_32 } from './fixtures.ts';
import type { VectorFile } from './vectorFile.ts';

const HKD = 10n ** 18n;

/** 48 MW of household solar; rated 180, appraised in January 2026, filing until 2027. */
export const solarRecord: ConfidentialRecord = {
  rightsId: solarHubei,
  class: assetClasses.SOLAR,
  jurisdiction: jurisdictions.CN,
  registeredUnits: 48_000_000n,
  appraisedValue: 192_000_000n * HKD,
  appraisedAt: 1_768_435_200,
  appraisalValidUntil: 1_799_971_200,
  rating: 180,
  encumbered: false,
  filingValidUntil: 1_831_507_200,
  ownerHash: ownerHashOf('Household Solar SPV One'),
  documentsRoot: labelled248('documents of solar Hubei'),
  salt: labelled248('salt of solar Hubei'),
};

const records: Readonly<Record<string, ConfidentialRecord>> = {
  'solar in Hubei': solarRecord,
  'the same, re-appraised': {
    ...solarRecord,
    appraisedValue: 180_000_000n * HKD,
    appraisedAt: 1_784_073_600,
    salt: labelled248('second salt of solar Hubei'),
  },
  'solar in Hunan': { ...solarRecord, rightsId: solarHunan, registeredUnits: 34_000_000n, rating: 175 },
  'charging piles, encumbered, no filing': {
    ...solarRecord,
    rightsId: piles,
    class: assetClasses.CHARGING_PILE,
    registeredUnits: 9_000n,
    appraisedValue: 540_000_000n * HKD,
    encumbered: true,
    filingValidUntil: 0,
    ownerHash: ownerHashOf('Charging Pile SPV'),
    salt: labelled248('salt of piles'),
  },
  'every field at its least': {
    rightsId: ZERO_32,
    class: 0,
    jurisdiction: 0,
    registeredUnits: 0n,
    appraisedValue: 0n,
    appraisedAt: 0,
    appraisalValidUntil: 0,
    rating: 0,
    encumbered: false,
    filingValidUntil: 0,
    ownerHash: ZERO_32,
    documentsRoot: ZERO_32,
    salt: `0x${'00'.repeat(31)}01`,
  },
  'every field at its largest': {
    rightsId: MAX_248,
    class: 63,
    jurisdiction: 63,
    registeredUnits: MAX_80,
    appraisedValue: 2n ** 128n - 1n,
    appraisedAt: MAX_40,
    appraisalValidUntil: MAX_40,
    rating: 255,
    encumbered: true,
    filingValidUntil: MAX_40,
    ownerHash: MAX_248,
    documentsRoot: MAX_248,
    salt: MAX_248,
  },
};

const json = confidentialRecordToJson(solarRecord);

/** `inputs` are the fourteen Poseidon inputs; `record` is the JSON form. */
export const recordCommitmentVectors: VectorFile = {
  cases: Object.entries(records).map(([name, record]) => {
    const commitment = recordCommitmentOf(record);
    return {
      name,
      record: { ...confidentialRecordToJson(record) },
      inputs: recordInputs(record),
      commitment,
      commitmentDecimal: BigInt(commitment),
    };
  }),
  refused: [
    { name: 'salt zero', record: { ...json, salt: ZERO_32 }, code: 'COMMITMENT_BAD' },
    { name: 'class of 7 bits', record: { ...json, class: 64 }, code: 'COMMITMENT_BAD' },
    { name: 'jurisdiction of 7 bits', record: { ...json, jurisdiction: 64 }, code: 'COMMITMENT_BAD' },
    { name: 'units of 81 bits', record: { ...json, registeredUnits: 2n ** 80n }, code: 'COMMITMENT_BAD' },
    { name: 'value of 129 bits', record: { ...json, appraisedValue: 2n ** 128n }, code: 'COMMITMENT_BAD' },
    { name: 'time of 41 bits', record: { ...json, appraisedAt: MAX_40 + 1 }, code: 'COMMITMENT_BAD' },
    { name: 'validity of 41 bits', record: { ...json, appraisalValidUntil: MAX_40 + 1 }, code: 'COMMITMENT_BAD' },
    { name: 'filing of 41 bits', record: { ...json, filingValidUntil: MAX_40 + 1 }, code: 'COMMITMENT_BAD' },
    { name: 'rating of 9 bits', record: { ...json, rating: 256 }, code: 'COMMITMENT_BAD' },
    { name: 'rightsId of 32 bytes', record: { ...json, rightsId: `0x01${'00'.repeat(31)}` }, code: 'COMMITMENT_BAD' },
    { name: 'owner of 32 bytes', record: { ...json, ownerHash: `0x01${'00'.repeat(31)}` }, code: 'COMMITMENT_BAD' },
    {
      name: 'documents of 32 bytes',
      record: { ...json, documentsRoot: `0x01${'00'.repeat(31)}` },
      code: 'COMMITMENT_BAD',
    },
    { name: 'salt of 32 bytes', record: { ...json, salt: `0x01${'00'.repeat(31)}` }, code: 'COMMITMENT_BAD' },
  ],
};
