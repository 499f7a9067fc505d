import { Fault } from './faults.ts';

/** Lower-case hexadecimal with `0x`, two digits a byte. */
export type Hex = `0x${string}`;

export const ZERO_WORD: Hex = `0x${'00'.repeat(32)}`;

export function hexFromBytes(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`;
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
  // Bytes of their own: a small Buffer shares its memory with others.
  return new Uint8Array(Buffer.from(hex.slice(2), 'hex'));
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
