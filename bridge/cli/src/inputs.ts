/** What people type, parsed: every schema takes the text of one argument or option. */
import { parseLockId } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { getAddress, isAddress } from 'viem';
import { z } from 'zod';

/** Base units, 1 to 80 bits; digits may be grouped with `_`. */
export const unitsInput: z.ZodType<bigint, string> = z
  .string()
  .regex(/^[0-9][0-9_]*$/, { error: 'expected whole base units, for example 1_500' })
  .transform((text) => BigInt(text.replaceAll('_', '')))
  .refine((units) => units > 0n && units < 2n ** 80n, { error: 'expected between 1 and 2^80 - 1 units' });

/** HKD with up to 18 decimals, as 10⁻¹⁸ HKD. */
export const hkdInput: z.ZodType<bigint, string> = z
  .string()
  .regex(/^[0-9][0-9_]*(?:\.[0-9]{1,18})?$/, { error: 'expected HKD with at most 18 decimals, for example 2.5' })
  .transform((text) => {
    const [whole = '0', fraction = ''] = text.replaceAll('_', '').split('.');
    return BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, '0'));
  });

/** Unix seconds, or a date or time as ISO 8601 (UTC unless it says otherwise). */
export const timeInput: z.ZodType<number, string> = z
  .string()
  .transform(secondsOf)
  .refine((seconds) => Number.isSafeInteger(seconds) && seconds >= 0 && seconds < 2 ** 40, {
    error: 'expected Unix seconds or a date such as 2026-01-31',
  });

/** NaN for anything else. */
function secondsOf(text: string): number {
  if (/^[0-9]{1,13}$/.test(text)) return Number(text);
  const [, date, time = 'T00:00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  return date === undefined ? Number.NaN : Math.floor(Date.parse(`${date}${time}${zone}`) / 1000);
}

/** An address with a right checksum, or in one case; lower-case once read. */
export const addressInput: z.ZodType<Hex, string> = z
  .string()
  .refine((text) => isAddress(text, { strict: false }) && isOneCaseOrChecksummed(text), {
    error: 'expected an address of 20 bytes (with the checksum, if it mixes cases)',
  })
  .transform((text) => text.toLowerCase() as Hex);

function isOneCaseOrChecksummed(text: string): boolean {
  const digits = text.slice(2);
  if (digits === digits.toLowerCase() || digits === digits.toUpperCase()) return true;
  return isAddress(text, { strict: false }) && getAddress(text) === text;
}

export const laneInput: z.ZodType<bigint, string> = z
  .string()
  .regex(/^[0-9]{1,20}$/, { error: 'expected a lane id, a decimal number' })
  .transform(BigInt)
  .refine((lane) => lane < 2n ** 64n, { error: 'expected a lane id of at most 64 bits' });

export const indexInput: z.ZodType<bigint, string> = z
  .string()
  .regex(/^[0-9]{1,20}$/, { error: 'expected a whole number' })
  .transform(BigInt);

/** A count between 1 and 10 000. */
export const countInput: z.ZodType<number, string> = z
  .string()
  .regex(/^[1-9][0-9]{0,3}$|^10000$/, { error: 'expected a number between 1 and 10000' })
  .transform(Number);

/** A reason that other people will read. */
export const reasonInput: z.ZodType<string, string> = z
  .string()
  .min(1, { error: 'expected a reason' })
  .max(256, { error: 'expected at most 256 characters' });

/** How a message is named: by its lock, or by its place in a lane. */
export type MessageName =
  | { readonly by: 'lock'; readonly lockId: string; readonly batchId: string; readonly place: number }
  | { readonly by: 'place'; readonly laneId: bigint | undefined; readonly index: bigint };

/** `<lock id>`, `<lane>:<index>`, or `<index>` where there is one lane. */
export const messageNameInput: z.ZodType<MessageName, string> = z.string().transform((text, context): MessageName => {
  const lock = parseLockId(text);
  if (lock !== undefined) return { by: 'lock', lockId: text, ...lock };
  const name = laneAndIndex(text);
  if (name !== undefined) return { by: 'place', ...name };
  context.addIssue({ code: 'custom', message: 'expected a lock id, or lane:index, or the index of a message' });
  return z.NEVER;
});

/** `<lane>:<index>`, or `<index>` where there is one lane. */
export const laneIndexInput: z.ZodType<{ laneId: bigint | undefined; index: bigint }, string> = z
  .string()
  .transform((text, context) => {
    const name = laneAndIndex(text);
    if (name !== undefined) return name;
    context.addIssue({ code: 'custom', message: 'expected lane:index, or an index' });
    return z.NEVER;
  });

function laneAndIndex(text: string): { laneId: bigint | undefined; index: bigint } | undefined {
  const [, lane, index] = /^(?:([0-9]{1,20}):)?([0-9]{1,20})$/.exec(text) ?? [];
  if (index === undefined) return undefined;
  return { laneId: lane === undefined ? undefined : BigInt(lane), index: BigInt(index) };
}
