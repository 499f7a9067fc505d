import { deployBridge } from '@twinspan/evm-contracts/deploy';
import { connectTradingChain, readAddressBook } from '@twinspan/sdk';
import type { Consortium, TradingChain } from '@twinspan/sdk';
import type { Hex } from '@twinspan/protocol';
import { createPublicClient, createTestClient, http, parseEther } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';

const RICH = parseEther('1000');

/** The chain that is raced on, seen past the bad lines. */
export class RaceChain {
  readonly addressBookFile: string;
  readonly #rpcUrl: string;
  readonly #trading: TradingChain;

  private constructor(rpcUrl: string, addressBookFile: string) {
    this.addressBookFile = addressBookFile;
    this.#rpcUrl = rpcUrl;
    const { chainId, addresses } = readAddressBook(addressBookFile);
    this.#trading = connectTradingChain({ rpcUrl, chainId, addresses });
  }

  static async deploy(rpcUrl: string, consortium: Consortium, addressBookFile: string): Promise<RaceChain> {
    const deployer = privateKeyToAccount(generatePrivateKey());
    const { address } = deployer;
    await enrich(rpcUrl, address);
    await deployBridge({
      rpcUrl,
      deployer,
      ...consortium,
      policy: 7n,
      roles: { admin: address, venue: address, compliance: address },
      addressBookFile,
    });
    return new RaceChain(rpcUrl, addressBookFile);
  }

  get tradingChainId(): bigint {
    return BigInt(this.#trading.chainId);
  }

  get bridge(): Hex {
    return this.#trading.addresses.bridge;
  }

  fund(key: Hex): Promise<void> {
    return enrich(this.#rpcUrl, privateKeyToAccount(key).address);
  }

  async delivered(laneId: bigint): Promise<bigint> {
    return (await this.#trading.bridgeLane(laneId)).epoch;
  }

  /** Transactions in the pool. */
  async waiting(): Promise<number> {
    const { pending } = await createTestClient({ mode: 'anvil', transport: http(this.#rpcUrl) }).getTxpoolStatus();
    return pending;
  }

  /** Calls of the bridge in all blocks; carriers call nothing of it but `deliver`. */
  async count(): Promise<{ paid: number; reverted: number }> {
    const client = createPublicClient({ transport: http(this.#rpcUrl) });
    const counts = { paid: 0, reverted: 0 };
    for (let number = await client.getBlockNumber(); number > 0n; number--) {
      const block = await client.getBlock({ blockNumber: number, includeTransactions: true });
      for (const { to, hash } of block.transactions) {
        if (to?.toLowerCase() !== this.bridge.toLowerCase()) continue;
        counts.paid += 1;
        if ((await client.getTransactionReceipt({ hash })).status === 'reverted') counts.reverted += 1;
      }
    }
    return counts;
  }
}

async function enrich(rpcUrl: string, address: Hex): Promise<void> {
  await createTestClient({ mode: 'anvil', transport: http(rpcUrl) }).setBalance({ address, value: RICH });
}
