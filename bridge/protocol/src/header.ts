import { bytesFromUint, concatBytes, sha256Hex, uintFromBytes, utf8Bytes } from './bytes.ts';
import { Fault } from './faults.ts';
import { bytesFromHex, hexFromBytes, ZERO_WORD } from './hex.ts';
import type { Hex } from './hex.ts';

export const HEADER_BYTES = 204;
export const HEADER_MAGIC = 'TSE1';
export const MAX_MESSAGES = 256;
export const MAX_STATES = 64;

/** What 204 bytes say about an epoch (§6.1). */
export interface EpochHeader {
  readonly assetChainId: Hex;
  readonly laneId: bigint;
  readonly tradingChainId: bigint;
  readonly bridge: Hex;
  /** From 1. */
  readonly epoch: bigint;
  /** `headerHashOf` the previous header; zero for epoch 1. */
  readonly previousHeader: Hex;
  /** Index of the first message in the lane's life, from 0. */
  readonly firstMessage: bigint;
  readonly messageCount: number;
  readonly stateCount: number;
  readonly wordsHash: Hex;
  readonly detailsHash: Hex;
  /** Unix seconds. */
  readonly sealedAt: bigint;
  /** Number of outbox entries of the lane applied on the asset chain. */
  readonly releasedThrough: bigint;
}

/** @throws {Fault} HEADER_BAD when counts or the first epoch break §6.1, ENCODING_BAD when a value does not fit */
export function encodeHeader(header: EpochHeader): Uint8Array {
  requireConsistent(header);
  return concatBytes(
    utf8Bytes(HEADER_MAGIC),
    bytesFromHex(header.assetChainId, 32),
    bytesFromUint(header.laneId, 8),
    bytesFromUint(header.tradingChainId, 8),
    bytesFromHex(header.bridge, 20),
    bytesFromUint(header.epoch, 8),
    bytesFromHex(header.previousHeader, 32),
    bytesFromUint(header.firstMessage, 8),
    bytesFromUint(header.messageCount, 2),
    bytesFromUint(header.stateCount, 2),
    bytesFromHex(header.wordsHash, 32),
    bytesFromHex(header.detailsHash, 32),
    bytesFromUint(header.sealedAt, 8),
    bytesFromUint(header.releasedThrough, 8),
  );
}

/** @throws {Fault} HEADER_BAD */
export function decodeHeader(bytes: Uint8Array): EpochHeader {
  if (bytes.length !== HEADER_BYTES) throw new Fault('HEADER_BAD', `a header has 204 bytes, not ${bytes.length}`);
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== HEADER_MAGIC)
    throw new Fault('HEADER_BAD', 'the magic is not TSE1');
  const hex = (from: number, to: number): Hex => hexFromBytes(bytes.subarray(from, to));
  const uint = (from: number, to: number): bigint => uintFromBytes(bytes.subarray(from, to));
  const header: EpochHeader = {
    assetChainId: hex(4, 36),
    laneId: uint(36, 44),
    tradingChainId: uint(44, 52),
    bridge: hex(52, 72),
    epoch: uint(72, 80),
    previousHeader: hex(80, 112),
    firstMessage: uint(112, 120),
    messageCount: Number(uint(120, 122)),
    stateCount: Number(uint(122, 124)),
    wordsHash: hex(124, 156),
    detailsHash: hex(156, 188),
    sealedAt: uint(188, 196),
    releasedThrough: uint(196, 204),
  };
  requireConsistent(header);
  return header;
}

function requireConsistent(header: EpochHeader): void {
  const { epoch, messageCount, stateCount } = header;
  if (epoch < 1n) throw new Fault('HEADER_BAD', 'epochs count from 1');
  if (epoch === 1n && (header.previousHeader !== ZERO_WORD || header.firstMessage !== 0n)) {
    throw new Fault('HEADER_BAD', 'epoch 1 has no previous header and starts at message 0');
  }
  if (messageCount > MAX_MESSAGES || stateCount > MAX_STATES || messageCount + stateCount < 1) {
    throw new Fault('HEADER_BAD', `${messageCount} messages and ${stateCount} states are out of range`);
  }
}

/** sha256 of the 204 bytes: the next epoch's `previousHeader`. */
export function headerHashOf(header: EpochHeader | Uint8Array): Hex {
  return sha256Hex(header instanceof Uint8Array ? header : encodeHeader(header));
}
