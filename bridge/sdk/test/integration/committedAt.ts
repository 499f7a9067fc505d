import { until } from '@twinspan/devnet';
import type { AssetChain, Committed } from '../../src/index.ts';

/** The result, once the peer of each of these has the block too: then any of them may be asked. */
export async function committedAt<Result>(
  chains: readonly AssetChain[],
  committed: Promise<Committed<Result>>,
): Promise<Result> {
  const { blockNumber, result } = await committed;
  for (const chain of chains) {
    const reached = async (): Promise<true | undefined> => ((await chain.height()) > blockNumber ? true : undefined);
    await until(`block ${blockNumber.toString()} at ${chain.mspId}`, reached);
  }
  return result;
}
