import { bytesFromUint, concatBytes, uintFromBytes } from './bytes.ts';
import { Fault } from './faults.ts';
import { bytesFromHex, hexFromBytes } from './hex.ts';
import type { Hex } from './hex.ts';
import { FIELD_MODULUS } from './record.ts';

/** Attested statuses by number. */
export const statusNumbers = { ACTIVE: 1, FROZEN: 2, REVOKED: 3 } as const;
export type Status = keyof typeof statusNumbers;

/** The attested public state of one record at the seal; totals are cumulative for (record, lane). */
export interface RecordState {
  readonly rightsId: Hex;
  readonly status: Status;
  readonly sealedUnits: bigint;
  readonly releasedUnits: bigint;
  /** 10⁻¹⁸ HKD per base unit, 80 bits. */
  readonly unitValue: bigint;
  /** Unix seconds, 40 bits. */
  readonly valuedAt: number;
  readonly recordCommitment: Hex;
  readonly termsHash: Hex;
}

export const STATE_BYTES = 160;

/** Five words (§6.2). @throws {Fault} ENCODING_BAD when a value does not fit */
export function encodeState(state: RecordState): Uint8Array {
  return concatBytes(
    bytesFromHex(state.rightsId, 32),
    bytesFromUint(statusNumbers[state.status], 12),
    bytesFromUint(state.sealedUnits, 10),
    bytesFromUint(state.releasedUnits, 10),
    bytesFromUint(state.unitValue, 27),
    bytesFromUint(state.valuedAt, 5),
    bytesFromHex(state.recordCommitment, 32),
    bytesFromHex(state.termsHash, 32),
  );
}

/** @throws {Fault} STATE_BAD */
export function decodeState(bytes: Uint8Array): RecordState {
  if (bytes.length !== STATE_BYTES)
    throw new Fault('STATE_BAD', `a state has ${STATE_BYTES} bytes, not ${bytes.length}`);
  const uint = (from: number, to: number): bigint => uintFromBytes(bytes.subarray(from, to));
  if (bytes[0] !== 0) throw new Fault('STATE_BAD', 'rightsId is wider than 31 bytes');
  if (uint(64, 81) !== 0n) throw new Fault('STATE_BAD', 'unused bits of word 2 are set');
  if (uint(96, 128) >= FIELD_MODULUS) throw new Fault('STATE_BAD', 'recordCommitment is not a field element');
  return {
    rightsId: hexFromBytes(bytes.subarray(0, 32)),
    status: statusOf(uint(32, 44)),
    sealedUnits: uint(44, 54),
    releasedUnits: uint(54, 64),
    unitValue: uint(81, 91),
    valuedAt: Number(uint(91, 96)),
    recordCommitment: hexFromBytes(bytes.subarray(96, 128)),
    termsHash: hexFromBytes(bytes.subarray(128, 160)),
  };
}

/** Of the first 96 bits of word 1: 92 zero bits and the status. */
function statusOf(value: bigint): Status {
  if (value === 1n) return 'ACTIVE';
  if (value === 2n) return 'FROZEN';
  if (value === 3n) return 'REVOKED';
  throw new Fault('STATE_BAD', `word 1 has unused bits set or an unknown status (0x${value.toString(16)})`);
}
