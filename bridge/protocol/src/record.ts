import { poseidon14 } from 'poseidon-lite/poseidon14';
import { z } from 'zod';
import { bytesFromUint, requireUint } from './bytes.ts';
import { Fault } from './faults.ts';
import { decimalField, field248, integerField, rightsIdField, timeField, unitsField } from './fields.ts';
import { hexFromBytes } from './hex.ts';
import type { Hex } from './hex.ts';

/** The order of BN254's scalar field. */
export const FIELD_MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** ASCII of `TSR1`: input 0 of every record commitment. */
export const RECORD_TAG = 0x54535231n;

/** Asset classes by number; 11–63 are free. */
export const assetClasses = {
  OTHER: 0,
  SOLAR: 1,
  WIND: 2,
  CHARGING_PILE: 3,
  BATTERY_SWAP: 4,
  BATTERY_STORAGE: 5,
  REAL_ESTATE: 6,
  RECEIVABLE: 7,
  COMMODITY: 8,
  EQUIPMENT: 9,
  BOND: 10,
} as const;
export type AssetClass = keyof typeof assetClasses;

/** Jurisdictions by number; 10–63 are free. */
export const jurisdictions = {
  OTHER: 0,
  CN: 1,
  HK: 2,
  MO: 3,
  SG: 4,
  JP: 5,
  AE: 6,
  EU: 7,
  GB: 8,
  US: 9,
} as const;
export type Jurisdiction = keyof typeof jurisdictions;

/** The 13 confidential fields (§4). Values are of the whole record in 10⁻¹⁸ HKD, times in Unix seconds. */
export interface ConfidentialRecord {
  readonly rightsId: Hex;
  /** Number from `assetClasses`, 0–63. */
  readonly class: number;
  /** Number from `jurisdictions`, 0–63. */
  readonly jurisdiction: number;
  readonly registeredUnits: bigint;
  readonly appraisedValue: bigint;
  readonly appraisedAt: number;
  readonly appraisalValidUntil: number;
  /** 0–255, higher is better. */
  readonly rating: number;
  readonly encumbered: boolean;
  /** 0 = no filing. */
  readonly filingValidUntil: number;
  readonly ownerHash: Hex;
  readonly documentsRoot: Hex;
  readonly salt: Hex;
}

/** From JSON: units and value as decimal strings, times and small numbers as integers, 32-byte hex. */
export const confidentialRecordSchema = z.strictObject({
  rightsId: rightsIdField,
  class: integerField(6),
  jurisdiction: integerField(6),
  registeredUnits: unitsField,
  appraisedValue: decimalField(128),
  appraisedAt: timeField,
  appraisalValidUntil: timeField,
  rating: integerField(8),
  encumbered: z.boolean(),
  filingValidUntil: timeField,
  ownerHash: field248,
  documentsRoot: field248,
  salt: field248.refine((salt) => BigInt(salt) !== 0n, { error: 'expected a salt other than zero' }),
});

/** The JSON form that `confidentialRecordSchema` reads. */
export type ConfidentialRecordJson = z.input<typeof confidentialRecordSchema>;

export function confidentialRecordToJson(record: ConfidentialRecord): ConfidentialRecordJson {
  return {
    ...record,
    registeredUnits: record.registeredUnits.toString(),
    appraisedValue: record.appraisedValue.toString(),
  };
}

/** The fourteen Poseidon inputs in the order of §4. @throws {Fault} COMMITMENT_BAD when a field is out of its width */
export function recordInputs(record: ConfidentialRecord): bigint[] {
  if (BigInt(record.salt) === 0n) throw new Fault('COMMITMENT_BAD', 'the salt is zero');
  const fields: readonly (readonly [keyof ConfidentialRecord, number])[] = [
    ['rightsId', 248],
    ['class', 6],
    ['jurisdiction', 6],
    ['registeredUnits', 80],
    ['appraisedValue', 128],
    ['appraisedAt', 40],
    ['appraisalValidUntil', 40],
    ['rating', 8],
    ['encumbered', 1],
    ['filingValidUntil', 40],
    ['ownerHash', 248],
    ['documentsRoot', 248],
    ['salt', 248],
  ];
  try {
    return [RECORD_TAG, ...fields.map(([name, bits]) => requireUint(BigInt(record[name]), bits, name))];
  } catch (cause) {
    throw new Fault('COMMITMENT_BAD', cause instanceof Fault ? cause.sentence : 'a field is not an integer', { cause });
  }
}

/** Poseidon over `recordInputs`, as 32 bytes. @throws {Fault} COMMITMENT_BAD */
export function recordCommitmentOf(record: ConfidentialRecord): Hex {
  return hexFromBytes(bytesFromUint(poseidon14(recordInputs(record)), 32));
}
