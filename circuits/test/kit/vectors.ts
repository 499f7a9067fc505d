// SPDX-License-Identifier: GPL-3.0-only
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../../scripts/declaration.ts';

const Integer = z.union([z.string(), z.number(), z.boolean()]).transform((value) => BigInt(value));

const Record = z.strictObject({
  rightsId: Integer,
  class: Integer,
  jurisdiction: Integer,
  registeredUnits: Integer,
  appraisedValue: Integer,
  appraisedAt: Integer,
  appraisalValidUntil: Integer,
  rating: Integer,
  encumbered: Integer,
  filingValidUntil: Integer,
  ownerHash: Integer,
  documentsRoot: Integer,
  salt: Integer,
});

/** A confidential record's fields as integers. */
export type RecordFields = z.output<typeof Record>;

const Policy = z.object({
  name: z.string(),
  allowedClasses: z.array(z.number()),
  allowedJurisdictions: z.array(z.number()),
  minRating: Integer,
  maxAppraisalAge: Integer,
  maxLtvBps: Integer,
  requireFiling: Integer,
  requireUnencumbered: Integer,
  packed: Integer,
});
const Refused = z.array(z.object({ name: z.string(), packed: Integer }));

function read<T>(name: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(join(ROOT, 'bridge', 'protocol', 'vectors', `${name}.json`), 'utf8')));
}

/** The golden vectors that the circuits are held to; nobody here generates them. */
export const RECORD_COMMITMENTS = read(
  'record-commitments',
  z.object({ cases: z.array(z.object({ name: z.string(), record: Record, commitment: Integer })) }),
).cases;

export const POLICIES = read('policies', z.object({ cases: z.array(Policy), refused: Refused }));

export const BOUNDS = read(
  'bounds',
  z.object({
    cases: z.array(z.object({ name: z.string(), units: Integer, unitValue: Integer, until: Integer, packed: Integer })),
    refused: Refused,
  }),
);

export const BACKING_RULES = read(
  'backing-rules',
  z.object({
    cases: z.array(
      z.object({
        name: z.string(),
        record: Record,
        commitment: Integer,
        policy: Integer,
        bound: Integer,
        provable: z.boolean(),
      }),
    ),
  }),
).cases;
