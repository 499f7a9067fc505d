import { bytesFromUint, requireUint, uintFromBytes } from './bytes.ts';
import { Fault } from './faults.ts';
import { bytesFromHex, hexFromBytes } from './hex.ts';
import type { Hex } from './hex.ts';

/** Message kinds by number. */
export const messageKindNumbers = { MINT: 1, YIELD: 2 } as const;
export type MessageKind = keyof typeof messageKindNumbers;

/** One entry of an epoch. */
export interface Message {
  readonly kind: MessageKind;
  /** Place of its record among the epoch's states, 0–255. */
  readonly slot: number;
  /** 20 bytes; for YIELD the first 160 bits of the evidence hash. */
  readonly recipient: Hex;
  /** 80 bits; for YIELD the amount. */
  readonly units: bigint;
}

export const MESSAGE_BYTES = 32;

/** One word: 4 zero bits · recipient(160) · units(80) · slot(8) · kind(4). @throws {Fault} ENCODING_BAD */
export function encodeMessage(message: Message): Uint8Array {
  const recipient = uintFromBytes(bytesFromHex(message.recipient, 20));
  const units = requireUint(message.units, 80, 'units');
  const slot = requireUint(BigInt(message.slot), 8, 'slot');
  return bytesFromUint(
    (recipient << 92n) | (units << 12n) | (slot << 4n) | BigInt(messageKindNumbers[message.kind]),
    32,
  );
}

/** @throws {Fault} MESSAGE_BAD */
export function decodeMessage(bytes: Uint8Array): Message {
  if (bytes.length !== MESSAGE_BYTES) throw new Fault('MESSAGE_BAD', `a message has 32 bytes, not ${bytes.length}`);
  // Every field is of whole hexadecimal digits.
  const digits = hexFromBytes(bytes).slice(2);
  if (!digits.startsWith('0')) throw new Fault('MESSAGE_BAD', 'unused bits are set');
  return {
    kind: kindOf(digits.slice(63)),
    slot: Number(`0x${digits.slice(61, 63)}`),
    recipient: `0x${digits.slice(1, 41)}`,
    units: BigInt(`0x${digits.slice(41, 61)}`),
  };
}

function kindOf(digit: string): MessageKind {
  if (digit === '1') return 'MINT';
  if (digit === '2') return 'YIELD';
  throw new Fault('MESSAGE_BAD', `unknown kind ${Number(`0x${digit}`)}`);
}
