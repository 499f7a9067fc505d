import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '@twinspan/protocol';
import {
  assetOptionsFrom,
  connectAssetChain,
  openNetwork,
  readNetworkDescription,
  type AssetChain,
  type NetworkDescription,
  type TradingChain,
} from '@twinspan/sdk';

/** The options that every command takes. */
export interface Globals {
  readonly network?: string | undefined;
  readonly addressBook?: string | undefined;
  /** Name of an org of the network: whose identity speaks to the asset chain. */
  readonly as?: string | undefined;
  /** Name of an account of the network: who sends on the trading chain. */
  readonly account?: string | undefined;
  readonly json: boolean;
}

/** Both chains, opened for one command and closed after it. */
export interface Chains extends Disposable {
  readonly asset: AssetChain;
  readonly trading: TradingChain;
}

export interface AssetSide extends Disposable {
  readonly asset: AssetChain;
}

/** What a verb has to work with. */
export interface Context {
  readonly globals: Globals;
  /** The file that describes the network. @throws {Fault} CONFIG_BAD when it is not there */
  readonly networkFile: () => string;
  /** Where the network is described. @throws {Fault} CONFIG_BAD */
  readonly description: () => NetworkDescription;
  /** The asset chain alone, as `--as` says or else as `org`: needs no deployment on the trading chain. */
  readonly openAsset: (org: string) => AssetSide;
  /** Both chains; `account` sends unless `--account` names another. Without either the trading chain is read-only. */
  readonly open: (org: string, account?: string) => Chains;
  /** For people, on standard error: progress of long work. */
  readonly say: (line: string) => void;
}

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const NETWORK_FILE = join('.devnet', 'network.json');

/** The `.devnet` of the folder one is in, or else of the repository. */
function defaultNetworkFile(): string {
  const here = resolve(NETWORK_FILE);
  return existsSync(here) ? here : join(REPOSITORY, NETWORK_FILE);
}

export function contextOf(globals: Globals, say: (line: string) => void): Context {
  const file = globals.network === undefined ? defaultNetworkFile() : resolve(globals.network);
  const requireFile = (): string => {
    if (existsSync(file)) return file;
    throw new Fault(
      'CONFIG_BAD',
      `${file} is not there: start a network with \`twinspan devnet up\` or name one with --network`,
    );
  };
  return {
    globals,
    say,
    networkFile: requireFile,
    description: () => readNetworkDescription(requireFile()),
    openAsset: (org) => {
      const description = readNetworkDescription(requireFile());
      const asset = connectAssetChain(assetOptionsFrom(description, { as: globals.as ?? org }));
      return { asset, [Symbol.dispose]: asset.close };
    },
    open: (org, account) => {
      const sender = globals.account ?? account;
      return openNetwork(requireFile(), {
        as: globals.as ?? org,
        ...(sender === undefined ? {} : { account: sender }),
        ...(globals.addressBook === undefined ? {} : { addressBook: resolve(globals.addressBook) }),
      });
    },
  };
}
