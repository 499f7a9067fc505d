import { isHex } from '@twinspan/protocol';
import { z } from 'zod';

/** A bigint, kept as a decimal string. */
export const bigintField = z.codec(z.string().regex(/^\d{1,78}$/), z.bigint().nonnegative(), {
  decode: (text) => BigInt(text),
  encode: (value) => value.toString(),
});

/** Lower-case hexadecimal with 0x, of whole bytes. */
export const hexField = z.templateLiteral(['0x', z.string()]).refine((text) => isHex(text), { error: 'expected hex' });

/** Why a message is held (protocol §7). */
export const holdReasonField = z.enum([
  'RECORD_NOT_LISTED',
  'RECORD_NOT_ACTIVE',
  'RECORD_NOT_BACKED',
  'TOKEN_PAUSED',
  'RECIPIENT_REFUSED',
]);
