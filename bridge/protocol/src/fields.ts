/** zod schemas of single values as they stand in JSON: hexadecimal, decimal strings, accounts. */
import { z } from 'zod';
import { accountPattern } from './account.ts';
import { isHex } from './hex.ts';
import type { Hex } from './hex.ts';

/** Hexadecimal of exactly `length` bytes. */
export function hexField(length: number): z.ZodType<Hex, string> {
  return z
    .string()
    .refine((text) => isHex(text, length), { error: `expected ${length} bytes of lower-case hexadecimal with 0x` });
}

/** Hexadecimal of any whole number of bytes. */
export const hexBytesField: z.ZodType<Hex, string> = z
  .string()
  .refine((text) => isHex(text), { error: 'expected lower-case hexadecimal with 0x' });

/** A decimal string without leading zeros, of at most `bits` bits, as bigint. */
export function decimalField(bits: number): z.ZodType<bigint, string> {
  return z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,77})$/, { error: 'expected a decimal string without leading zeros' })
    .transform(BigInt)
    .refine((value) => value >> BigInt(bits) === 0n, { error: `expected at most ${bits} bits` });
}

/** A JSON integer of at most `bits` bits (bits ≤ 53). */
export function integerField(bits: number): z.ZodType<number, number> {
  return z
    .int()
    .min(0)
    .max(2 ** bits - 1);
}

/** A 31-byte value written as 32 bytes: first byte zero. */
export const field248: z.ZodType<Hex, string> = hexField(32).refine((hex) => hex.startsWith('0x00'), {
  error: 'expected a 31-byte value written as 32 bytes (first byte zero)',
});

export const rightsIdField: z.ZodType<Hex, string> = field248.describe('the id of a record');
export const wordField: z.ZodType<Hex, string> = hexField(32);
export const addressField: z.ZodType<Hex, string> = hexField(20);
export const unitsField: z.ZodType<bigint, string> = decimalField(80);
export const unitValueField: z.ZodType<bigint, string> = decimalField(80);
export const laneIdField: z.ZodType<bigint, string> = decimalField(64);
export const uint64Field: z.ZodType<bigint, string> = decimalField(64);
/** Unix seconds, 40 bits. */
export const timeField: z.ZodType<number, number> = integerField(40);

/** An account of the custodian's book. */
export const accountField: z.ZodType<string, string> = z
  .string()
  .regex(accountPattern, { error: 'expected 1–31 characters of a-z 0-9 . _ -' });
