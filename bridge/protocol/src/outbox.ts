import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesFromUint, concatBytes, uintFromBytes } from './bytes.ts';
import { Fault } from './faults.ts';
import { bytesFromHex, hexFromBytes, ZERO_WORD } from './hex.ts';
import type { Hex } from './hex.ts';

/** Release kinds by number. */
export const releaseKindNumbers = { REDEEM: 1, BOUNCE: 2 } as const;
export type ReleaseKind = keyof typeof releaseKindNumbers;

/** One entry of a lane's outbox: units to give back on the asset chain. */
export interface OutboxEntry {
  /** From 0. */
  readonly index: bigint;
  readonly kind: ReleaseKind;
  readonly rightsId: Hex;
  readonly units: bigint;
  /** REDEEM: the account as bytes32. BOUNCE: the message index as uint256. */
  readonly target: Hex;
}

/** head₀ */
export const EMPTY_OUTBOX_HEAD: Hex = ZERO_WORD;

export const OUTBOX_ENTRY_BYTES = 83;

/** index(8) ‖ kind(1) ‖ rightsId(32) ‖ units(10) ‖ target(32). @throws {Fault} ENCODING_BAD */
export function encodeOutboxEntry(entry: OutboxEntry): Uint8Array {
  return concatBytes(
    bytesFromUint(entry.index, 8),
    bytesFromUint(releaseKindNumbers[entry.kind], 1),
    bytesFromHex(entry.rightsId, 32),
    bytesFromUint(entry.units, 10),
    bytesFromHex(entry.target, 32),
  );
}

/** @throws {Fault} ENCODING_BAD */
export function decodeOutboxEntry(bytes: Uint8Array): OutboxEntry {
  if (bytes.length !== OUTBOX_ENTRY_BYTES) {
    throw new Fault('ENCODING_BAD', `an outbox entry has ${OUTBOX_ENTRY_BYTES} bytes, not ${bytes.length}`);
  }
  return {
    index: uintFromBytes(bytes.subarray(0, 8)),
    kind: releaseKindOf(bytes[8]),
    rightsId: hexFromBytes(bytes.subarray(9, 41)),
    units: uintFromBytes(bytes.subarray(41, 51)),
    target: hexFromBytes(bytes.subarray(51, 83)),
  };
}

/** @throws {Fault} ENCODING_BAD */
export function releaseKindOf(kind: number | undefined): ReleaseKind {
  if (kind === 1) return 'REDEEM';
  if (kind === 2) return 'BOUNCE';
  throw new Fault('ENCODING_BAD', `unknown release kind ${kind ?? 'none'}`);
}

export function outboxEntryHashOf(entry: OutboxEntry): Hex {
  return hexFromBytes(keccak_256(encodeOutboxEntry(entry)));
}

/** keccak256(head ‖ entry hash) */
export function outboxHeadAfter(head: Hex, entry: OutboxEntry): Hex {
  return outboxHeadAfterHash(head, outboxEntryHashOf(entry));
}

/** The head after an entry of which only the hash is known. */
export function outboxHeadAfterHash(head: Hex, entryHash: Hex): Hex {
  return hexFromBytes(keccak_256(concatBytes(bytesFromHex(head, 32), bytesFromHex(entryHash, 32))));
}

/**
 * The head after entries that must start at `next` and count up without a gap.
 *
 * @throws {Fault} OUTBOX_MISMATCH on another index
 */
export function outboxHeadAfterAll(head: Hex, next: bigint, entries: readonly OutboxEntry[]): Hex {
  return entries.reduce((current, entry, i) => {
    const expected = next + BigInt(i);
    if (entry.index !== expected) {
      throw new Fault('OUTBOX_MISMATCH', `entry ${entry.index.toString()} stands where ${expected.toString()} is due`);
    }
    return outboxHeadAfter(current, entry);
  }, head);
}

/** keccak256(abi.encode(uint256(laneId), uint256(0))): the storage slot of the lane's head in `Bridge`. */
export function outboxHeadSlotOf(laneId: bigint): Hex {
  return hexFromBytes(keccak_256(concatBytes(bytesFromUint(laneId, 32), new Uint8Array(32))));
}

/** The target of a BOUNCE. */
export function bounceTargetOf(messageIndex: bigint): Hex {
  return hexFromBytes(bytesFromUint(messageIndex, 32));
}
