import { Fault } from '@twinspan/protocol';
import type { Checkpoint } from '@twinspan/protocol';
import type { TradingChain } from '@twinspan/sdk';
import { linkedBlocks } from '../feeds/follow.ts';
import type { Heads } from '../heads.ts';

interface Modules {
  readonly trading: Pick<TradingChain, 'requireChain' | 'finalizedBlock' | 'block' | 'checkpoint'>;
  readonly heads: Heads;
}

/** Older blocks are of use to nobody: nodes keep no proofs of them. */
export const MOST_BLOCKS_BEHIND = 1_024n;

/**
 * The checkpoint of a block that may be vouched for: final for every endpoint, an ancestor of the newest final block, on
 * the right chain, and of a chain that has taken nothing final back.
 * @throws Fault REORGED while it is not final; REORG_BEHIND_FINAL, FINALITY_BACKWARDS, CHAIN_WRONG, ENDPOINTS_DISAGREE
 */
export async function checkpointToSign(blockNumber: bigint, { trading, heads }: Modules): Promise<Checkpoint> {
  if (heads.distrust !== undefined) throw heads.distrust;
  const { final, finalHash } = heads;
  if (final < blockNumber) throw new Fault('REORGED', `block ${blockNumber} is not final`);
  if (final - blockNumber > MOST_BLOCKS_BEHIND) throw new Fault('NOT_FOUND', `block ${blockNumber} is long past`);
  await trading.requireChain();
  const reported = await trading.finalizedBlock();
  if (reported < final) throw new Fault('FINALITY_BACKWARDS', `block ${final} was final, now it is ${reported}`);
  const blocks = await linkedBlocks({ from: blockNumber, to: final, parentHash: undefined }, trading);
  const block = blocks[0];
  if (block === undefined || blocks.at(-1)?.hash !== finalHash) {
    throw new Fault('REORGED', `block ${blockNumber} is not one of those before the final block ${finalHash ?? ''}`);
  }
  // Blocks are read from whoever answers; this is the word of every endpoint, or none.
  const checkpoint = await trading.checkpoint(blockNumber);
  if (checkpoint.blockHash !== block.hash) throw new Fault('REORGED', `block ${blockNumber} was replaced just now`);
  return checkpoint;
}
