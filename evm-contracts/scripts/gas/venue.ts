import {
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  http,
  parseEventLogs,
  type Abi,
  type Hex,
  type TransactionReceipt,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { AddressBook } from '../../deploy/deploy.ts';
import { readArtefact } from '../artefact.ts';

/** anvil's first development account: deployer, admin, venue and compliance at once. */
export const account = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');

type Contract = 'Bridge' | 'Backings' | 'AssetChainClient' | 'MirrorToken';

/** Sends real transactions and reads what they cost. */
export class Venue {
  readonly book: AddressBook;
  readonly #client;
  readonly #wallet;

  constructor(rpcUrl: string, book: AddressBook) {
    this.book = book;
    this.#client = createPublicClient({ transport: http(rpcUrl), pollingInterval: 10 });
    this.#wallet = createWalletClient({ account, transport: http(rpcUrl) });
  }

  /** @throws when the transaction reverts */
  async send(contract: Contract, to: Hex, functionName: string, args: readonly unknown[]): Promise<TransactionReceipt> {
    const abi = abiOf(contract);
    const data = encodeFunctionData({ abi, functionName, args });
    const hash = await this.#wallet.sendTransaction({ chain: null, to, data });
    const receipt = await this.#client.waitForTransactionReceipt({ hash, timeout: 30_000 });
    if (receipt.status !== 'success') throw new Error(`${contract}.${functionName} reverted: ${hash}`);
    return receipt;
  }

  async gasOf(contract: Contract, to: Hex, functionName: string, args: readonly unknown[]): Promise<number> {
    const receipt = await this.send(contract, to, functionName, args);
    return Number(receipt.gasUsed);
  }

  /** How many messages of a delivery were held. */
  heldCount(receipt: TransactionReceipt): number {
    return parseEventLogs({ abi: abiOf('Bridge'), logs: receipt.logs, eventName: 'MessageHeld' }).length;
  }

  async read(contract: Contract, address: Hex, functionName: string, args: readonly unknown[]): Promise<unknown> {
    return this.#client.readContract({ abi: abiOf(contract), address, functionName, args });
  }
}

function abiOf(contract: Contract): Abi {
  return readArtefact(contract).abi as unknown as Abi;
}
