/** Shapes of single values that the protocol's own fields do not cover. Every text and list has a limit. */
import { decimalField, Fault, isHex, parseLockId, ZERO_WORD } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { z } from 'zod';

/** Units or values before their range is checked, so that a number out of range gets its own code. */
export const anyDecimal = decimalField(256);

/** One line of well-formed Unicode without control characters. */
export function lineField(maxLength: number, minLength = 1): z.ZodType<string, string> {
  return z
    .string()
    .min(minLength)
    .max(maxLength)
    .refine((text) => text.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(text), {
      error: 'expected well-formed text without control characters',
    });
}

export const batchIdField = z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected a transaction id' });

/** `<batch id>:<place>`, parsed; the text itself is kept for answers. */
export const lockIdField = z
  .string()
  .max(80)
  .transform((lockId, check) => {
    const place = parseLockId(lockId);
    if (place !== undefined) return { lockId, ...place };
    check.addIssue({ code: 'custom', message: 'expected a lock id' });
    return z.NEVER;
  });
export type LockReference = z.output<typeof lockIdField>;

/** One node of a Merkle-Patricia proof. A branch has 532 bytes; nothing Ethereum makes is near the limit. */
export const proofField = z.array(boundedHex(1024)).min(1).max(64);

function boundedHex(maxBytes: number): z.ZodType<Hex, string> {
  return z
    .string()
    .max(2 + 2 * maxBytes)
    .refine((text) => isHex(text), { error: 'expected lower-case hexadecimal with 0x' })
    .transform((text): Hex => `0x${text.slice(2)}`);
}

const MAX_80_BITS = (1n << 80n) - 1n;

/** @throws Fault UNITS_RANGE unless 1 ≤ units < 2⁸⁰. */
export function requireUnits(units: bigint, what = 'units'): bigint {
  if (units < 1n || units > MAX_80_BITS) throw new Fault('UNITS_RANGE', `${what} must be between 1 and 2^80 - 1`);
  return units;
}

/** @throws Fault VALUE_RANGE unless the value, in 10⁻¹⁸ HKD per base unit, fits 80 bits. */
export function requireUnitValue(unitValue: bigint): bigint {
  if (unitValue > MAX_80_BITS) throw new Fault('VALUE_RANGE', 'unitValue must be below 2^80');
  return unitValue;
}

/** @throws Fault BAD_REQUEST when a hash or an address is zero. */
export function requireNonZero(hex: Hex, what: string): Hex {
  if (ZERO_WORD.startsWith(hex)) throw new Fault('BAD_REQUEST', `${what} must not be zero`);
  return hex;
}
