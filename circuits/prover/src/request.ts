// SPDX-License-Identifier: GPL-3.0-only
import { z } from 'zod';
import { Refusal } from './refusal.ts';

/** The longest line that is read, in bytes; sixteen records take about 16 KiB. */
export const MAX_LINE_BYTES = 65_536;

const FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** An integer as a decimal string, 0x hex, small number or boolean: the forms that the protocol's JSON uses. */
const Integer = z
  .union([
    z
      .string()
      .max(80)
      .regex(/^(0|[1-9][0-9]*|0x[0-9a-f]{1,64})$/),
    z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
    z.boolean(),
  ])
  .transform((value) => BigInt(value));

const uint = (bits: number): z.ZodType<bigint> =>
  Integer.refine((value) => value >> BigInt(bits) === 0n, { error: `expected at most ${bits} bits` });

const PlaceFields = z.strictObject({
  rightsId: uint(248),
  class: uint(6),
  jurisdiction: uint(6),
  registeredUnits: uint(80),
  appraisedValue: uint(128),
  appraisedAt: uint(40),
  appraisalValidUntil: uint(40),
  rating: uint(8),
  encumbered: uint(1),
  filingValidUntil: uint(40),
  ownerHash: uint(248),
  documentsRoot: uint(248),
  salt: uint(248),
  commitment: Integer.refine((value) => value > 0n && value < FIELD_ORDER, { error: 'expected a commitment' }),
  bound: uint(200),
});

/** A confidential record with its public commitment and the bound to prove for it. */
export type Place = z.output<typeof PlaceFields>;

const Id = z.string().min(1).max(64);

const Request = z.strictObject({
  id: Id,
  circuit: z.string().max(64),
  input: z.strictObject({ policy: uint(194), records: z.array(PlaceFields).min(1).max(16) }),
});

/** What one line asks for. */
export type Request = z.output<typeof Request>;

/**
 * The request that a line holds.
 * @throws {Refusal} REQUEST_BAD; its sentence names the places that are wrong, never a value.
 */
export function parseRequest(line: string): Request {
  const json = parseJson(line);
  const parsed = Request.safeParse(json);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.slice(0, 3).map(({ path, code }) => `${path.join('.')} (${code})`);
  throw new Refusal('REQUEST_BAD', `the request is not well formed: ${places.join(', ')}`, idOf(json));
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Refusal('REQUEST_BAD', 'the line is not JSON');
  }
}

function idOf(json: unknown): string | undefined {
  const parsed = z.object({ id: Id }).safeParse(json);
  return parsed.success ? parsed.data.id : undefined;
}
