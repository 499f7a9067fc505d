/** The fixed inputs that several vector files share. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesFromHex, hexFromBytes, rightsIdOf, utf8Bytes } from '../../src/index.ts';
import type { Hex } from '../../src/index.ts';

/** 32 bytes that anyone can recompute: sha256 of a label. */
export function labelled(label: string): Hex {
  return hexFromBytes(sha256(utf8Bytes(`twinspan vectors: ${label}`)));
}

/** 31 bytes as 32. */
export function labelled248(label: string): Hex {
  return hexFromBytes(new Uint8Array([0, ...bytesFromHex(labelled(label)).subarray(0, 31)]));
}

export function labelledAddress(label: string): Hex {
  return hexFromBytes(bytesFromHex(labelled(label)).subarray(0, 20));
}

export const MAX_80 = 2n ** 80n - 1n;
export const MAX_40 = 2 ** 40 - 1;
export const MAX_248: Hex = `0x00${'ff'.repeat(31)}`;
export const ZERO_32: Hex = `0x${'00'.repeat(32)}`;
export const MAX_32: Hex = `0x${'ff'.repeat(32)}`;

export const ANVIL_CHAIN = 31337n;
export const bridge = labelledAddress('bridge');
export const custodian = 'CustodianMSP';
export const solarHubei = rightsIdOf(custodian, 'HB-2024-000017');
export const solarHunan = rightsIdOf(custodian, 'HN-2024-000003');
export const piles = rightsIdOf(custodian, 'CP-2025-009000');
