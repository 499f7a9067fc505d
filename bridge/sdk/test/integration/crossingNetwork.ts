import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DESCRIPTION_FILE,
  deployContracts,
  startNetwork,
  type Network as Devnet,
  type Profile,
} from '@twinspan/devnet';
import { accountFrom, openNetwork } from '../../src/index.ts';
import type { Network, NetworkOptions } from '../../src/index.ts';
import { policy } from './policy.ts';

/** Away from a developer's own devnet. */
const PORT_OFFSET = 9_000;

/** A devnet of its own with the contracts deployed on it, and nobody who carries: the tests do that themselves. */
export class CrossingNetwork implements AsyncDisposable {
  readonly #devnet: Devnet;
  readonly #opened: Network[] = [];

  private constructor(devnet: Devnet) {
    this.#devnet = devnet;
  }

  static async start(profile: Profile): Promise<CrossingNetwork> {
    const directory = mkdtempSync(join(tmpdir(), 'twinspan-crossing-'));
    const devnet = await startNetwork({ directory, profile, portOffset: PORT_OFFSET });
    try {
      await deployContracts(devnet, { policy });
      return new CrossingNetwork(devnet);
    } catch (error) {
      await devnet.stop();
      throw error;
    }
  }

  /** Both chains as an org and an account. */
  open(as: string, account: string, more: Partial<NetworkOptions> = {}): Network {
    const opened = openNetwork(join(this.#devnet.directory, DESCRIPTION_FILE), { as, account, ...more });
    this.#opened.push(opened);
    return opened;
  }

  addressOf(account: string): `0x${string}` {
    return lower(accountFrom(this.#devnet.description, account).address);
  }

  keyOf(account: string): `0x${string}` {
    const found = this.#devnet.description.trading.accounts.find(({ name }) => name === account);
    if (found === undefined) throw new Error(`no account ${account}`);
    return lower(readFileSync(found.keyFile, 'utf8').trim());
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
