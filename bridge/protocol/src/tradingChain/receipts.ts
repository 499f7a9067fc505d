import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { z } from 'zod';
import { concatBytes, equalBytes } from '../bytes.ts';
import { Fault } from '../faults.ts';
import { wordField } from '../fields.ts';
import { bytesFromHex, hexFromBytes } from '../hex.ts';
import type { Hex } from '../hex.ts';
import type { TradingBlock } from './block.ts';
import { bytesOf, quantityOf } from './rpcFields.ts';

/** A log that its block's receipts root covers. */
export interface TradingLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  /** Place in the block. */
  readonly logIndex: number;
  readonly txHash: Hex;
}

const logSchema = z.object({ address: bytesOf(20), topics: z.array(bytesOf(32)).max(4), data: bytesOf() });
const receiptsSchema = z.array(
  z.object({
    transactionHash: wordField,
    type: quantityOf,
    status: quantityOf,
    cumulativeGasUsed: quantityOf,
    logsBloom: bytesOf(256),
    logs: z.array(logSchema),
  }),
);
type Receipt = z.output<typeof receiptsSchema>[number];

/**
 * The logs that these contracts wrote in a block, from its eth_getBlockReceipts, once these are the receipts that the header commits to: none is
 * left out, none is added. Transaction hashes are the node's word, for people only.
 * @throws Fault CHAIN_ANSWER_BAD
 */
export async function verifiedLogs(
  block: TradingBlock,
  answer: unknown,
  contracts: readonly Hex[],
): Promise<TradingLog[]> {
  const parsed = receiptsSchema.safeParse(answer);
  if (!parsed.success) {
    throw new Fault('CHAIN_ANSWER_BAD', `the receipts of block ${block.number} do not parse: ${parsed.error.message}`);
  }
  const trie = await createMPT();
  for (const [place, receipt] of parsed.data.entries()) await trie.put(RLP.encode(place), encoded(receipt));
  if (!equalBytes(trie.root(), bytesFromHex(block.receiptsRoot, 32))) {
    throw new Fault('CHAIN_ANSWER_BAD', `the receipts of block ${block.number} are not those of its header`);
  }
  const all = parsed.data.flatMap(({ transactionHash, logs }) => logs.map((log) => ({ ...log, transactionHash })));
  return all.flatMap(({ address, topics, data, transactionHash: txHash }, logIndex) => {
    const contract = hexFromBytes(address);
    if (!contracts.includes(contract)) return [];
    return [{ address: contract, topics: topics.map(hexFromBytes), data: hexFromBytes(data), logIndex, txHash }];
  });
}

/** EIP-2718: a type before the RLP of status, gas, bloom and logs; none before the first kind. */
function encoded({ type, status, cumulativeGasUsed, logsBloom, logs }: Receipt): Uint8Array {
  const entries = logs.map(({ address, topics, data }) => [address, topics, data]);
  return concatBytes(type, RLP.encode([status, cumulativeGasUsed, logsBloom, entries]));
}
