import {
  encodeHeader,
  encodeWords,
  headerHashOf,
  wordsHashOf,
  type EpochHeader,
  type Hex,
  type Message,
  type RecordState,
} from '@twinspan/protocol';
import { bytesToHex, padHex, zeroHash } from 'viem';
import type { AddressBook } from '../../deploy/deploy.ts';
import { GENESIS_SECONDS } from './anvil.ts';
import { endorse, payloadOf } from './consortium.ts';

/** The arguments of `Bridge.deliver`. */
export type Delivery = readonly [payload: Hex, endorsements: Hex, words: Hex];

/** A record as the lane knows it; `seal` counts its units. */
export interface LaneRecord {
  readonly rightsId: Hex;
  readonly recordCommitment: Hex;
  readonly termsHash: Hex;
  readonly unitValue: bigint;
  sealedUnits: bigint;
}

/** Seals epochs of one lane as the asset chain would. */
export class Lane {
  readonly laneId = 0x1f2e3d4c5b6a7988n;
  readonly #book: AddressBook;
  #epoch = 0n;
  #previousHeader: Hex = zeroHash;
  #firstMessage = 0n;

  constructor(book: AddressBook) {
    this.#book = book;
  }

  /** Mints `units` to each recipient of each record; endorsed by two of three organizations. */
  seal(records: readonly LaneRecord[], recipients: readonly (readonly Hex[])[], units: bigint): Delivery {
    const messages = records.flatMap((record, slot) =>
      (recipients[slot] ?? []).map((recipient): Message => {
        record.sealedUnits += units;
        return { kind: 'MINT', slot, recipient, units };
      }),
    );
    const words = encodeWords({ states: records.map(stateOf), messages });
    const header = encodeHeader(this.#next(words, records.length, messages.length));
    this.#previousHeader = headerHashOf(header);
    const payload = payloadOf(header, this.#book.consortium.chaincode);
    return [bytesToHex(payload), bytesToHex(endorse(payload, 2)), bytesToHex(words)];
  }

  #next(words: Uint8Array, stateCount: number, messageCount: number): EpochHeader {
    this.#epoch += 1n;
    const firstMessage = this.#firstMessage;
    this.#firstMessage += BigInt(messageCount);
    return {
      assetChainId: this.#book.consortium.assetChainId,
      laneId: this.laneId,
      tradingChainId: BigInt(this.#book.chainId),
      bridge: this.#book.contracts.bridge.address,
      epoch: this.#epoch,
      previousHeader: this.#previousHeader,
      firstMessage,
      messageCount,
      stateCount,
      wordsHash: wordsHashOf(words),
      detailsHash: wordsHashOf(words.subarray(1)),
      sealedAt: BigInt(GENESIS_SECONDS),
      releasedThrough: 0n,
    };
  }
}

function stateOf({ rightsId, recordCommitment, termsHash, unitValue, sealedUnits }: LaneRecord): RecordState {
  const valuedAt = GENESIS_SECONDS - 3_600;
  return {
    rightsId,
    status: 'ACTIVE',
    sealedUnits,
    releasedUnits: 0n,
    unitValue,
    valuedAt,
    recordCommitment,
    termsHash,
  };
}

let recipientCount = 0n;

/** Addresses that nobody used before; full of non-zero bytes as real ones are. */
export function freshRecipients(count: number): Hex[] {
  return Array.from({ length: count }, () => {
    recipientCount += 1n;
    return padHex(`0x${(0xabcdef1234567891n * recipientCount).toString(16)}`, { size: 20, dir: 'right' });
  });
}
