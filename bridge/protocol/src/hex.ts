import { Fault } from './faults.ts';

/** Lower-case hexadecimal with `0x`, two digits a byte. */
export type Hex = `0x${string}`;

export const ZERO_WORD: Hex = `0x${'00'.repeat(32)}`;

const [ZERO, NINE, A] = [0x30, 0x39, 0x61];
const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function hexFromBytes(bytes: Uint8Array): Hex {
  let text = '';
  for (const byte of bytes) text += digits[byte] ?? '';
  return `0x${text}`;
}

export function isHex(value: string, length?: number): value is Hex {
  if (!/^0x(?:[0-9a-f]{2})*$/.test(value)) return false;
  return length === undefined || value.length === 2 + 2 * length;
}

/** @throws {Fault} ENCODING_BAD unless the text is lower-case hex of exactly `length` bytes (of any, if not given). */
export function bytesFromHex(hex: string, length?: number): Uint8Array {
  if (!isHex(hex, length)) {
    const wanted = length === undefined ? 'whole bytes' : `${length} bytes`;
    throw new Fault('ENCODING_BAD', `expected ${wanted} of lower-case hexadecimal with 0x, got ${shortened(hex)}`);
  }
  const bytes = new Uint8Array((hex.length - 2) / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (nibbleOf(hex.charCodeAt(2 + 2 * i)) << 4) | nibbleOf(hex.charCodeAt(3 + 2 * i));
  }
  return bytes;
}

/** Of `0-9a-f`, which the caller has made sure of. */
function nibbleOf(code: number): number {
  return code <= NINE ? code - ZERO : code - A + 10;
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
