/** The files that describe a record's confidential side in people's terms. */
import { randomBytes } from 'node:crypto';
import {
  accountField,
  assetClasses,
  decimalField,
  field248,
  hexFromBytes,
  integerField,
  jurisdictions,
  ownerHashOf,
  rightsIdOf,
  sha248Hex,
  unitsField,
  unitValueField,
  utf8Bytes,
  type AssetClass,
  type ConfidentialRecord,
  type Hex,
  type Jurisdiction,
} from '@twinspan/protocol';
import type { RegisterArgs } from '@twinspan/sdk';
import { z } from 'zod';
import { timeInput } from './inputs.ts';

/** Unix seconds as a number, or a date as text. */
const time = z.union([integerField(40), timeInput]);
const assetClass = z.union([z.enum(keysOf(assetClasses)).transform((name) => assetClasses[name]), integerField(6)]);
const jurisdiction = z.union([z.enum(keysOf(jurisdictions)).transform((name) => jurisdictions[name]), integerField(6)]);

function keysOf<K extends AssetClass | Jurisdiction>(names: Readonly<Record<K, number>>): [K, ...K[]] {
  return Object.keys(names) as [K, ...K[]];
}

const confidentialShape = {
  /** Name or number of the class. */
  class: assetClass,
  jurisdiction,
  registeredUnits: unitsField,
  /** 10⁻¹⁸ HKD, the whole record. */
  appraisedValue: decimalField(128),
  appraisedAt: time,
  appraisalValidUntil: time,
  rating: integerField(8),
  encumbered: z.boolean(),
  /** 0 = no filing. */
  filingValidUntil: time,
  /** The owner's name, hashed here; or its hash. */
  owner: z.string().min(1).optional(),
  ownerHash: field248.optional(),
  /** Text that names the documents, hashed here; or their root. */
  documents: z.string().min(1).optional(),
  documentsRoot: field248.optional(),
};

const confidentialFile = z.strictObject(confidentialShape);
const changedFile = confidentialFile.partial();

/** What `record register --file` reads. */
export const registerFileSchema = z.strictObject({
  registrationNumber: z.string().min(1),
  name: z.string().min(1),
  symbol: z.string().min(1),
  decimals: z.int().min(0).max(6),
  issuedUnits: unitsField,
  account: accountField,
  /** 10⁻¹⁸ HKD per base unit. */
  unitValue: unitValueField,
  valuedAt: time.optional(),
  confidential: confidentialFile.refine(
    (fields) =>
      (fields.owner ?? fields.ownerHash) !== undefined && (fields.documents ?? fields.documentsRoot) !== undefined,
    { error: 'give owner or ownerHash, and documents or documentsRoot' },
  ),
});

/** What `record appraise --file` reads: the fields that change. */
export const appraiseFileSchema = changedFile;

export interface Registration {
  readonly args: RegisterArgs;
  readonly record: ConfidentialRecord;
}

/** A registration by this custodian, with a salt of its own. */
export function registrationOf(file: z.output<typeof registerFileSchema>, mspId: string, now: number): Registration {
  const { confidential, valuedAt, ...args } = file;
  const { owner, ownerHash, documents, documentsRoot, ...fields } = confidential;
  return {
    args: { ...args, valuedAt: valuedAt ?? now },
    record: {
      ...fields,
      rightsId: rightsIdOf(mspId, file.registrationNumber),
      ownerHash: ownerHash ?? ownerHashOf(owner ?? ''),
      documentsRoot: documentsRoot ?? documentsRootOf(documents ?? ''),
      salt: freshSalt(),
    },
  };
}

/** The record with the changed fields, and a new salt: the same salt would show what did not change. */
export function reappraised(
  record: ConfidentialRecord,
  changed: z.output<typeof appraiseFileSchema>,
): ConfidentialRecord {
  const { owner, ownerHash, documents, documentsRoot, ...fields } = changed;
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return {
    ...record,
    ...present,
    ...(owner === undefined ? {} : { ownerHash: ownerHashOf(owner) }),
    ...(ownerHash === undefined ? {} : { ownerHash }),
    ...(documents === undefined ? {} : { documentsRoot: documentsRootOf(documents) }),
    ...(documentsRoot === undefined ? {} : { documentsRoot }),
    salt: freshSalt(),
  };
}

function documentsRootOf(documents: string): Hex {
  return sha248Hex(utf8Bytes(documents));
}

function freshSalt(): Hex {
  return hexFromBytes(new Uint8Array([0, ...randomBytes(31)]));
}
