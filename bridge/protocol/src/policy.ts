import { requireUint } from './bytes.ts';
import { Fault } from './faults.ts';

/** The venue's rules for confidential records (§5). Classes and jurisdictions are numbers 0–63 in ascending order. */
export interface Policy {
  readonly allowedClasses: readonly number[];
  readonly allowedJurisdictions: readonly number[];
  /** 0–255 */
  readonly minRating: number;
  /** Seconds, 40 bits. */
  readonly maxAppraisalAge: number;
  /** Loan to value in basis points, at most 10 000. */
  readonly maxLtvBps: number;
  readonly requireFiling: boolean;
  readonly requireUnencumbered: boolean;
}

/** One field element, least significant field first. @throws {Fault} POLICY_BAD */
export function packPolicy(policy: Policy): bigint {
  if (policy.maxLtvBps > 10_000) throw new Fault('POLICY_BAD', `maxLtvBps ${policy.maxLtvBps} is above 10 000`);
  const fields: readonly (readonly [bigint, bigint])[] = [
    [setBits(policy.allowedClasses), 0n],
    [setBits(policy.allowedJurisdictions), 64n],
    [uint(policy.minRating, 8, 'minRating'), 128n],
    [uint(policy.maxAppraisalAge, 40, 'maxAppraisalAge'), 136n],
    [uint(policy.maxLtvBps, 16, 'maxLtvBps'), 176n],
    [BigInt(policy.requireFiling), 192n],
    [BigInt(policy.requireUnencumbered), 193n],
  ];
  return fields.reduce((packed, [value, shift]) => packed | (value << shift), 0n);
}

/** @throws {Fault} POLICY_BAD on unused bits or a loan to value above 10 000 basis points */
export function unpackPolicy(packed: bigint): Policy {
  if (packed < 0n || packed >> 194n !== 0n) throw new Fault('POLICY_BAD', 'bits above 193 are set');
  const field = (shift: bigint, bits: number): bigint => BigInt.asUintN(bits, packed >> shift);
  const policy: Policy = {
    allowedClasses: placesOf(field(0n, 64)),
    allowedJurisdictions: placesOf(field(64n, 64)),
    minRating: Number(field(128n, 8)),
    maxAppraisalAge: Number(field(136n, 40)),
    maxLtvBps: Number(field(176n, 16)),
    requireFiling: field(192n, 1) === 1n,
    requireUnencumbered: field(193n, 1) === 1n,
  };
  if (policy.maxLtvBps > 10_000) throw new Fault('POLICY_BAD', `maxLtvBps ${policy.maxLtvBps} is above 10 000`);
  return policy;
}

function setBits(places: readonly number[]): bigint {
  let bits = 0n;
  for (const place of places) bits |= 1n << uint(place, 6, 'place in a set');
  return bits;
}

function placesOf(bits: bigint): number[] {
  return Array.from({ length: 64 }, (_, place) => place).filter((place) => (bits >> BigInt(place)) & 1n);
}

function uint(value: number, bits: number, what: string): bigint {
  if (!Number.isSafeInteger(value)) throw new Fault('POLICY_BAD', `${what} ${value} is not an integer`);
  try {
    return requireUint(BigInt(value), bits, what);
  } catch (cause) {
    throw new Fault('POLICY_BAD', `${what} ${value} does not fit ${bits} bits`, { cause });
  }
}
