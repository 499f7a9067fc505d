import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNetwork, type Network as Devnet, type Profile } from '@twinspan/devnet';
import { deployBridge, memberOfCertificate } from '@twinspan/evm-contracts/deploy';
import { packPolicy } from '@twinspan/protocol';
import {
  accountFrom,
  ADDRESS_BOOK_FILE,
  assetOptionsFrom,
  connectAssetChain,
  openNetwork,
  readNetworkDescription,
  type NetworkDescription,
} from '../../src/index.ts';
import type { Network, NetworkOptions } from '../../src/index.ts';
import { policy } from './policy.ts';

/** Away from a developer's own devnet. */
const PORT_OFFSET = 9_000;

/** A devnet of its own with the contracts deployed on it. */
export class CrossingNetwork implements AsyncDisposable {
  readonly file: string;
  readonly description: NetworkDescription;
  readonly #devnet: Devnet;
  readonly #opened: Network[] = [];

  private constructor(devnet: Devnet) {
    this.#devnet = devnet;
    this.file = join(devnet.directory, 'network.json');
    this.description = readNetworkDescription(this.file);
  }

  static async start(profile: Profile): Promise<CrossingNetwork> {
    const directory = mkdtempSync(join(tmpdir(), 'twinspan-crossing-'));
    const devnet = await startNetwork({ directory, profile, portOffset: PORT_OFFSET });
    try {
      const network = new CrossingNetwork(devnet);
      await network.#deploy();
      return network;
    } catch (error) {
      await devnet.stop();
      throw error;
    }
  }

  /** Both chains as an org and an account. */
  open(as: string, account: string, more: Partial<NetworkOptions> = {}): Network {
    const opened = openNetwork(this.file, { as, account, ...more });
    this.#opened.push(opened);
    return opened;
  }

  addressOf(account: string): `0x${string}` {
    return lower(accountFrom(this.description, account).address);
  }

  keyOf(account: string): `0x${string}` {
    const found = this.description.trading.accounts.find(({ name }) => name === account);
    if (found === undefined) throw new Error(`no account ${account}`);
    return lower(readFileSync(found.keyFile, 'utf8').trim());
  }

  async #deploy(): Promise<void> {
    using anyone = connectAssetChain(assetOptionsFrom(this.description, { as: 'auditor' }));
    const { assetChainId, chaincode } = await anyone.config();
    await deployBridge({
      rpcUrl: this.description.trading.rpcUrl,
      deployer: accountFrom(this.description, 'deployer'),
      members: this.description.asset.orgs.map(({ mspId, peer }) =>
        memberOfCertificate(mspId, readFileSync(peer.peerIdentityFile, 'utf8')),
      ),
      threshold: 2,
      assetChainId,
      chaincode,
      policy: packPolicy(policy),
      roles: {
        admin: this.addressOf('deployer'),
        venue: this.addressOf('venueAdmin'),
        compliance: this.addressOf('compliance'),
      },
      addressBookFile: join(this.#devnet.directory, ADDRESS_BOOK_FILE),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const network of this.#opened) network.close();
    await this.#devnet.stop();
    await rm(this.#devnet.directory, { recursive: true });
  }
}

function lower(hex: string): `0x${string}` {
  return `0x${hex.slice(2).toLowerCase()}`;
}
