import { utf8Bytes } from './bytes.ts';
import { Fault } from './faults.ts';
import { bytesFromHex, hexFromBytes } from './hex.ts';
import type { Hex } from './hex.ts';

export const accountPattern = /^[a-z0-9._-]{1,31}$/;

/** Where a redemption goes whose target is not a well-formed account. */
export const UNCLAIMED_ACCOUNT = 'unclaimed';

export function isAccount(text: string): boolean {
  return accountPattern.test(text);
}

/** `bytes32` on the trading chain: ASCII, left-aligned, zero-padded. @throws {Fault} ACCOUNT_BAD */
export function bytes32FromAccount(account: string): Hex {
  if (!isAccount(account)) {
    throw new Fault('ACCOUNT_BAD', `${JSON.stringify(account)} is not 1–31 characters of a-z 0-9 . _ -`);
  }
  const bytes = new Uint8Array(32);
  bytes.set(utf8Bytes(account));
  return hexFromBytes(bytes);
}

/** The account of a `bytes32`, or undefined when it is not a well-formed one. @throws {Fault} ENCODING_BAD if not 32 bytes */
export function accountFromBytes32(target: Hex): string | undefined {
  const text = String.fromCharCode(...bytesFromHex(target, 32)).replace(/\0+$/, '');
  return isAccount(text) ? text : undefined;
}
