import { z } from 'zod';
import { bytesFromHex, isHex } from '../hex.ts';
import type { Hex } from '../hex.ts';

/** Bytes as JSON-RPC writes them; of exactly `length`, when given. */
export function bytesOf(length?: number): z.ZodType<Uint8Array> {
  return z
    .string()
    .refine((text): text is Hex => isHex(text, length), { error: 'expected bytes in hexadecimal' })
    .transform((text) => bytesFromHex(text));
}

/** A JSON-RPC quantity as RLP has it: big-endian without leading zeros, zero being empty. */
export const quantityOf = z
  .string()
  .regex(/^0x(?:0|[1-9a-f][0-9a-f]{0,63})$/)
  .transform((text) => {
    const digits = text === '0x0' ? '' : text.slice(2);
    return bytesFromHex(`0x${digits.length % 2 === 0 ? digits : `0${digits}`}`);
  });
