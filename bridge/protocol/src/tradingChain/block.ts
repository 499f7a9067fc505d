import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { z } from 'zod';
import { uintFromBytes } from '../bytes.ts';
import { Fault } from '../faults.ts';
import { wordField } from '../fields.ts';
import { bytesFromHex, hexFromBytes } from '../hex.ts';
import type { Hex } from '../hex.ts';
import { bytesOf, quantityOf } from './rpcFields.ts';

/** A header of the trading chain whose hash follows from its fields. */
export interface TradingBlock {
  readonly number: bigint;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly stateRoot: Hex;
  readonly receiptsRoot: Hex;
  readonly logsBloom: Hex;
  /** Unix seconds. */
  readonly timestamp: bigint;
}

const word = bytesOf(32);
/** In the order of the header's RLP; each optional one came with a fork and never without those before it. */
const headerSchema = z.object({
  parentHash: word,
  sha3Uncles: word,
  miner: bytesOf(20),
  stateRoot: word,
  transactionsRoot: word,
  receiptsRoot: word,
  logsBloom: bytesOf(256),
  difficulty: quantityOf,
  number: quantityOf,
  gasLimit: quantityOf,
  gasUsed: quantityOf,
  timestamp: quantityOf,
  extraData: bytesOf(),
  mixHash: word,
  nonce: bytesOf(8),
  baseFeePerGas: quantityOf.optional(),
  withdrawalsRoot: word.optional(),
  blobGasUsed: quantityOf.optional(),
  excessBlobGas: quantityOf.optional(),
  parentBeaconBlockRoot: word.optional(),
  requestsHash: word.optional(),
});
const order = headerSchema.keyof().options;
const answerSchema = headerSchema.extend({ hash: wordField });

/**
 * A block as eth_getBlockByNumber answers it, once its hash is the hash of its header. What the hash covers is then
 * as true as the hash: state root, receipts root, bloom, parent.
 * @throws Fault CHAIN_ANSWER_BAD
 */
export function verifiedBlock(answer: unknown): TradingBlock {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new Fault('CHAIN_ANSWER_BAD', `a block header does not parse: ${parsed.error.message}`);
  const header = parsed.data;
  const present = order.map((field) => header[field]).filter((value) => value !== undefined);
  const hash = hexFromBytes(keccak_256(RLP.encode(present)));
  if (hash !== header.hash) {
    throw new Fault('CHAIN_ANSWER_BAD', `block ${header.hash} has a header that hashes to ${hash}`);
  }
  return {
    number: uintFromBytes(header.number),
    hash,
    parentHash: hexFromBytes(header.parentHash),
    stateRoot: hexFromBytes(header.stateRoot),
    receiptsRoot: hexFromBytes(header.receiptsRoot),
    logsBloom: hexFromBytes(header.logsBloom),
    timestamp: uintFromBytes(header.timestamp),
  };
}

/** Whether a block may hold a log of this address (yellow paper §4.3.1); false is certain. */
export function bloomMayHold(logsBloom: Hex, address: Hex): boolean {
  const bloom = bytesFromHex(logsBloom, 256);
  const hash = keccak_256(bytesFromHex(address));
  return [0, 2, 4].every((at) => {
    const bit = (((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) & 2_047;
    return ((bloom[255 - (bit >> 3)] ?? 0) & (1 << (bit & 7))) !== 0;
  });
}
