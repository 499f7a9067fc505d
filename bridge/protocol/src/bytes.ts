import { sha256 } from '@noble/hashes/sha2.js';
import { Fault } from './faults.ts';
import { hexFromBytes } from './hex.ts';
import type { Hex } from './hex.ts';

/** Big-endian, exactly `length` bytes. @throws {Fault} ENCODING_BAD when the value is negative or too wide. */
export function bytesFromUint(value: bigint | number, length: number): Uint8Array {
  let rest = requireUint(BigInt(value), 8 * length, 'integer');
  const bytes = new Uint8Array(length);
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

export function uintFromBytes(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(hexFromBytes(bytes));
}

/** The value itself. @throws {Fault} ENCODING_BAD when it is negative or wider than `bits`. */
export function requireUint(value: bigint, bits: number, what: string): bigint {
  if (value < 0n || value >> BigInt(bits) !== 0n) {
    throw new Fault('ENCODING_BAD', `${what} ${value.toString()} does not fit ${bits} bits`);
  }
  return value;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const utf8 = new TextEncoder();

export function utf8Bytes(text: string): Uint8Array {
  return utf8.encode(text);
}

/** lp(x): a two-byte big-endian length, then the UTF-8 bytes. @throws {Fault} ENCODING_BAD over 65 535 bytes. */
export function lengthPrefixed(text: string): Uint8Array {
  // TextEncoder would replace a lone surrogate: two texts would share one id.
  if (!text.isWellFormed()) throw new Fault('ENCODING_BAD', 'text with a lone surrogate has no UTF-8 bytes');
  const bytes = utf8Bytes(text);
  return concatBytes(bytesFromUint(bytes.length, 2), bytes);
}

export function sha256Hex(...parts: readonly Uint8Array[]): Hex {
  return hexFromBytes(sha256(concatBytes(...parts)));
}

/** sha248(x): the first 31 bytes of sha256(x) after one zero byte, so always a BN254 field element. */
export function sha248Hex(...parts: readonly Uint8Array[]): Hex {
  return hexFromBytes(concatBytes(new Uint8Array(1), sha256(concatBytes(...parts)).subarray(0, 31)));
}
