import { concatBytes, sha256Hex, utf8Bytes } from './bytes.ts';
import { Fault } from './faults.ts';
import type { Hex } from './hex.ts';

/**
 * Keys sorted by code unit, no white space, strings as JSON.stringify writes them, integers only. A bigint is written
 * as a decimal string; a property that is undefined is left out.
 *
 * @throws {Fault} ENCODING_BAD on anything else: fractions, unsafe integers, functions, class instances.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `"${value.toString()}"`;
  if (typeof value === 'number') return integer(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (isPlainObject(value)) return object(value);
  throw new Fault('ENCODING_BAD', `canonical JSON has no form for a ${typeof value}`);
}

function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Fault('ENCODING_BAD', `canonical JSON has integers only, got ${value}`);
  return String(value);
}

function object(value: Readonly<Record<string, unknown>>): string {
  const entries = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${entries.join(',')}}`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export function canonicalJsonBytes(value: unknown): Uint8Array {
  return utf8Bytes(canonicalJson(value));
}

/** sha256 of the canonical JSON that stays inside the asset chain. */
export function detailsHashOf(details: unknown): Hex {
  return sha256Hex(concatBytes(canonicalJsonBytes(details)));
}
