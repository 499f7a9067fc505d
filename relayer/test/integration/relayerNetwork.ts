import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readDescription, startNetwork } from '@twinspan/devnet';
import type { Network as Devnet } from '@twinspan/devnet';
import { deployBridge, memberOfCertificate } from '@twinspan/evm-contracts/deploy';
import { packPolicy } from '@twinspan/protocol';
import type { Hex, Policy } from '@twinspan/protocol';
import {
  accountFrom,
  ADDRESS_BOOK_FILE,
  assetOptionsFrom,
  connectAssetChain,
  openNetwork,
  readNetworkDescription,
} from '@twinspan/sdk';
import type { Network, NetworkDescription } from '@twinspan/sdk';
import { startNodes, writeNodeConfigs } from '../../src/index.ts';
import type { NodeHandle } from '../../src/index.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');

const policy: Policy = {
  allowedClasses: [1],
  allowedJurisdictions: [1],
  minRating: 50,
  maxAppraisalAge: 31_536_000,
  maxLtvBps: 8_000,
  requireFiling: false,
  requireUnencumbered: true,
};

/** A devnet of its own with the contracts deployed and three nodes running. */
export class RelayerNetwork implements AsyncDisposable {
  readonly file: string;
  readonly description: NetworkDescription;
  readonly #devnet: Devnet;
  readonly #opened: Network[] = [];
  nodes: readonly NodeHandle[] = [];

  private constructor(devnet: Devnet) {
    this.#devnet = devnet;
    this.file = join(devnet.directory, 'network.json');
    this.description = readNetworkDescription(this.file);
  }

  static async start(portOffset: number): Promise<RelayerNetwork> {
    const directory = mkdtempSync(join(tmpdir(), 'twinspan-relayer-'));
    const devnet = await startNetwork({
      directory,
      portOffset,
      profile: { orderers: 'raft' },
      ...(process.env.CC === undefined ? {} : { chaincodeEntry: process.env.CC }),
    });
    const network = new RelayerNetwork(devnet);
    try {
      await network.#deploy();
      await network.#startNodes();
      return network;
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Both chains as an org and an account. */
  open(as: string, account: string): Network {
    const opened = openNetwork(this.file, { as, account, finality: { depth: 0 } });
    this.#opened.push(opened);
    return opened;
  }

  addressOf(account: string): Hex {
    const { address } = accountFrom(this.description, account);
    return `0x${address.slice(2).toLowerCase()}`;
  }

  node(operator: string): NodeHandle {
    const found = this.nodes.find((node) => node.operator === operator);
    if (found === undefined) throw new Error(`no node ${operator}`);
    return found;
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
      addressBookFile: this.#addressBook(),
    });
  }

  async #startNodes(): Promise<void> {
    const directory = join(this.#devnet.directory, 'relayer');
    const prover = join(REPOSITORY, 'circuits/prover/src/main.ts');
    const files = await writeNodeConfigs(readDescription(this.file), this.#addressBook(), directory, {
      prover: {
        command: process.execPath,
        args: [prover, '--keys', join(REPOSITORY, '.cache/circuits'), '--development'],
      },
      finality: { depth: 1 },
    });
    this.nodes = await startNodes(files, { logDirectory: join(directory, 'logs') });
  }

  #addressBook(): string {
    return join(this.#devnet.directory, ADDRESS_BOOK_FILE);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const network of this.#opened) network.close();
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.#devnet.stop();
    await rm(this.#devnet.directory, { recursive: true });
  }
}
