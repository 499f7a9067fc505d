import { equalBytes } from './bytes.ts';
import { Fault } from './faults.ts';
import { HEADER_BYTES } from './header.ts';

/**
 * What `readEpoch`'s ProposalResponsePayload says, walked by the same rules as in Solidity: exact tags, minimal
 * lengths, each field once and in order, nothing unknown and nothing behind.
 *
 *     ProposalResponsePayload  1 proposal_hash(32) · 2 extension
 *     ChaincodeAction          1 results · 3 response · 4 chaincode_id        (no 2 events: a read sets none)
 *     Response                 1 status (200) · 3 payload                     (no 2 message)
 *     ChaincodeID              2 name · 3 version                             (no 1 path)
 */
export interface EndorsedRead {
  readonly proposalHash: Uint8Array;
  /** The read set with versions, opaque here. */
  readonly results: Uint8Array;
  /** The raw response payload: 204 bytes of header for `readEpoch`. */
  readonly response: Uint8Array;
  readonly chaincode: string;
  readonly version: string;
}

/** Field 1 of Response with the value 200. */
const STATUS_200 = new Uint8Array([0x08, 0xc8, 0x01]);

/** @throws {Fault} PAYLOAD_BAD on any deviation from the strict form, RESPONSE_STATUS when the status is not 200 */
export function parsePayload(payload: Uint8Array): EndorsedRead {
  const top = new Walk(payload, 'ProposalResponsePayload');
  const proposalHash = top.bytes(0x0a, 'proposal_hash');
  const action = top.message(0x12, 'extension');
  top.end();
  if (proposalHash.length !== 32) throw new Fault('PAYLOAD_BAD', 'proposal_hash does not have 32 bytes');

  const results = action.bytes(0x0a, 'results');
  const response = action.message(0x1a, 'response');
  const chaincodeId = action.message(0x22, 'chaincode_id');
  action.end();

  response.expect(STATUS_200);
  const responsePayload = response.bytes(0x1a, 'payload');
  response.end();

  const chaincode = chaincodeId.text(0x12, 'name');
  const version = chaincodeId.text(0x1a, 'version');
  chaincodeId.end();
  return { proposalHash, results, response: responsePayload, chaincode, version };
}

/**
 * The 204 header bytes of an endorsed `readEpoch`.
 *
 * @throws {Fault} PAYLOAD_BAD, RESPONSE_STATUS, CHAINCODE_WRONG, HEADER_BAD
 */
export function headerOfPayload(payload: Uint8Array, chaincode: string): Uint8Array {
  const read = parsePayload(payload);
  if (read.response.length !== HEADER_BYTES) {
    throw new Fault('HEADER_BAD', `the endorsed response has ${read.response.length} bytes, not 204`);
  }
  if (read.chaincode !== chaincode) {
    throw new Fault(
      'CHAINCODE_WRONG',
      `endorsed for chaincode ${JSON.stringify(read.chaincode)}, not ${JSON.stringify(chaincode)}`,
    );
  }
  return read.response;
}

/** Reads expected fields of one protobuf message in order; anything else is refused. */
class Walk {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #at = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  /** A length-delimited field; empty is refused, for proto3 leaves an empty field out. */
  bytes(tag: number, what: string): Uint8Array {
    if (this.#bytes[this.#at] !== tag) throw this.#fault(`${what} is missing or another field stands in its place`);
    const length = this.#length(this.#at + 1, what);
    const start = this.#at + 1 + (length > 0x7f ? 2 : 1);
    if (length === 0) throw this.#fault(`${what} is empty`);
    if (length > this.#bytes.length - start) throw this.#fault(`${what} runs past the end`);
    this.#at = start + length;
    return this.#bytes.subarray(start, this.#at);
  }

  message(tag: number, what: string): Walk {
    return new Walk(this.bytes(tag, what), what);
  }

  text(tag: number, what: string): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes(tag, what));
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      throw this.#fault(`${what} is not UTF-8`);
    }
  }

  /** Bytes that must stand next. */
  expect(wanted: Uint8Array): void {
    if (this.#bytes.length - this.#at <= wanted.length) throw this.#fault('it ends before its payload');
    const found = this.#bytes.subarray(this.#at, (this.#at += wanted.length));
    if (!equalBytes(found, wanted))
      throw new Fault('RESPONSE_STATUS', 'the endorsed response does not begin with status 200');
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw this.#fault('bytes stand behind the last field');
  }

  /** The shortest varint of at most two bytes: longer lengths do not occur in a read of one key. */
  #length(at: number, what: string): number {
    const [low, high] = this.#bytes.subarray(at, at + 2);
    if (low === undefined) throw this.#fault(`${what} has no length`);
    if (low < 0x80) return low;
    if (high === undefined || high === 0 || high > 0x7f) throw this.#fault(`${what} has a broken or overlong length`);
    return (low & 0x7f) | (high << 7);
  }

  #fault(sentence: string): Fault {
    return new Fault('PAYLOAD_BAD', `${this.#name}: ${sentence}`);
  }
}
