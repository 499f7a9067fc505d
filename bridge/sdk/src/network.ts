import { dirname, join } from 'node:path';
import { Fault, hexField } from '@twinspan/protocol';
import type { LocalAccount } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { readAddressBook, type AddressBook } from './addressBook.ts';
import { connectAssetChain, type AssetChain } from './asset/assetChain.ts';
import type { AssetOptions, Deadlines } from './asset/options.ts';
import type { Consortium } from './bundle.ts';
import { readNetworkDescription, type NetworkDescription, type OrgDescription } from './networkDescription.ts';
import { readTextFile } from './readJsonFile.ts';
import type { FinalityRule } from './trading/options.ts';
import { connectTradingChain, type TradingChain } from './trading/tradingChain.ts';

/** Beside `network.json`, unless another file is named. */
export const ADDRESS_BOOK_FILE = 'address-book.json';

/** The orgs that share the private collection `records`. */
const RECORD_ORGS: readonly string[] = ['custodian', 'registry'];

export interface NetworkOptions {
  /** Name of an org of the description. */
  readonly as: string;
  /** Which of its users; default `user`. */
  readonly user?: string;
  /** Which of its peers to ask, counted from 0; default the first. */
  readonly peer?: number;
  readonly addressBook?: string;
  /** Name of an account of the description. Absent: the trading chain is read-only. */
  readonly account?: string;
  readonly finality?: FinalityRule;
  readonly deadlines?: Partial<Deadlines>;
}

/** Both chains of one network, as one org and one account. */
export interface Network extends Disposable {
  readonly description: NetworkDescription;
  readonly asset: AssetChain;
  readonly trading: TradingChain;
  readonly consortium: Consortium;
  readonly close: () => void;
}

/**
 * Connects both clients from a network's description and the address book of the deployment on it.
 * @throws Fault CONFIG_BAD when a file is missing or malformed, or a name is not in it
 */
export function openNetwork(file: string, options: NetworkOptions): Network {
  const description = readNetworkDescription(file);
  const book = readAddressBook(options.addressBook ?? join(dirname(file), ADDRESS_BOOK_FILE));
  const trading = connectTradingChain({
    ...tradingFrom(description, book),
    ...(options.account === undefined ? {} : { account: accountFrom(description, options.account) }),
    ...(options.finality === undefined ? {} : { finality: options.finality }),
  });
  const asset = connectAssetChain(assetOptionsFrom(description, options));
  const close = asset.close;
  return { description, asset, trading, consortium: book.consortium, close, [Symbol.dispose]: close };
}

function tradingFrom(
  { trading }: NetworkDescription,
  { chainId, addresses }: AddressBook,
): { rpcUrl: string; chainId: number; addresses: AddressBook['addresses'] } {
  if (trading.chainId !== chainId) {
    throw new Fault('CONFIG_BAD', `the address book is for chain ${chainId}, the network has chain ${trading.chainId}`);
  }
  return { rpcUrl: trading.rpcUrl, chainId, addresses };
}

/** What one of an org's users needs to reach one of its own peers. @throws Fault CONFIG_BAD */
export function assetOptionsFrom(
  { asset }: NetworkDescription,
  options: Pick<NetworkOptions, 'as' | 'user' | 'peer' | 'deadlines'>,
): AssetOptions {
  const { as, user = 'user', deadlines } = options;
  const org = asset.orgs.find(({ name }) => name === as);
  if (org === undefined) throw new Fault('CONFIG_BAD', `the network has no org ${as}`);
  const identity = org.users[user];
  if (identity === undefined) throw new Fault('CONFIG_BAD', `the org ${as} has no user ${user}`);
  const peer = org.peers[options.peer ?? 0];
  if (peer === undefined) throw new Fault('CONFIG_BAD', `the org ${as} has ${org.peers.length} peers`);
  return {
    endpoint: peer.endpoint,
    tlsCa: readTextFile(peer.tlsCaFile),
    hostAlias: peer.hostAlias,
    mspId: org.mspId,
    cert: readTextFile(identity.certFile),
    key: readTextFile(identity.keyFile),
    channel: asset.channel,
    chaincode: asset.chaincode,
    recordOrgs: asset.orgs.filter(isRecordOrg).map(({ mspId }) => mspId),
    ...(deadlines === undefined ? {} : { deadlines }),
  };
}

function isRecordOrg(org: OrgDescription): boolean {
  return RECORD_ORGS.includes(org.name);
}

/** The account of that name, its key read from its file. @throws Fault CONFIG_BAD */
export function accountFrom({ trading }: NetworkDescription, name: string): LocalAccount {
  const account = trading.accounts.find((one) => one.name === name);
  if (account === undefined) throw new Fault('CONFIG_BAD', `the network has no account ${name}`);
  return accountFromKeyFile(account.keyFile);
}

/** A file with one line: 0x and 64 hex digits. @throws Fault CONFIG_BAD, which never repeats the content */
export function accountFromKeyFile(file: string): LocalAccount {
  const key = hexField(32).safeParse(readTextFile(file).trim());
  if (!key.success) throw new Fault('CONFIG_BAD', `${file} does not hold 0x and 64 hex digits`);
  return privateKeyToAccount(key.data);
}
