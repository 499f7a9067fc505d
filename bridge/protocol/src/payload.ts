import { Fault } from './faults.ts';
import { HEADER_BYTES } from './header.ts';

/**
 * What `readEpoch`'s ProposalResponsePayload says, walked by the same rules as in Solidity: exact tags, minimal
 * lengths, each field once and in order, nothing unknown and nothing behind.
 *
 *     ProposalResponsePayload  1 proposal_hash(32) · 2 extension
 *     ChaincodeAction          1 results · 3 response · 4 chaincode_id        (no 2 events: a read sets none)
 *     Response                 1 status · 3 payload                           (no 2 message)
 *     ChaincodeID              2 name · 3 version                             (no 1 path)
 */
export interface EndorsedRead {
  readonly proposalHash: Uint8Array;
  /** The read set with versions, opaque here. */
  readonly results: Uint8Array;
  readonly status: number;
  /** The raw response payload: 204 bytes of header for `readEpoch`. */
  readonly response: Uint8Array;
  readonly chaincode: string;
  readonly version: string;
}

/** @throws {Fault} PAYLOAD_BAD on any deviation from the strict form */
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

  const status = response.varint(0x08, 'status');
  const responsePayload = response.bytes(0x1a, 'payload');
  response.end();

  const chaincode = chaincodeId.text(0x12, 'name');
  const version = chaincodeId.text(0x1a, 'version');
  chaincodeId.end();
  return { proposalHash, results, status, response: responsePayload, chaincode, version };
}

/**
 * The 204 header bytes of an endorsed `readEpoch`.
 *
 * @throws {Fault} PAYLOAD_BAD, RESPONSE_STATUS, CHAINCODE_WRONG, HEADER_BAD
 */
export function headerOfPayload(payload: Uint8Array, chaincode: string): Uint8Array {
  const read = parsePayload(payload);
  if (read.status !== 200) throw new Fault('RESPONSE_STATUS', `the endorsed response has status ${read.status}`);
  if (read.chaincode !== chaincode) {
    throw new Fault(
      'CHAINCODE_WRONG',
      `endorsed for chaincode ${JSON.stringify(read.chaincode)}, not ${JSON.stringify(chaincode)}`,
    );
  }
  if (read.response.length !== HEADER_BYTES) {
    throw new Fault('HEADER_BAD', `the endorsed response has ${read.response.length} bytes, not 204`);
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
    const length = this.varint(tag, what);
    const start = this.#at;
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

  /** A tag, then a minimal varint of at most 4 bytes. */
  varint(tag: number, what: string): number {
    if (this.#bytes[this.#at] !== tag) throw this.#fault(`${what} is missing or another field stands in its place`);
    const start = ++this.#at;
    let byte = this.#bytes[this.#at++];
    while (byte !== undefined && byte > 0x7f && this.#at - start < 4) byte = this.#bytes[this.#at++];
    if (byte === undefined || byte > 0x7f) throw this.#fault(`${what} has a broken or overlong varint`);
    if (byte === 0 && this.#at - start > 1) throw this.#fault(`${what} has a varint that is not minimal`);
    const groups = this.#bytes.subarray(start, this.#at);
    return groups.reduce((value, group, i) => value + (group & 0x7f) * 2 ** (7 * i), 0);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw this.#fault('bytes stand behind the last field');
  }

  #fault(sentence: string): Fault {
    return new Fault('PAYLOAD_BAD', `${this.#name}: ${sentence}`);
  }
}
