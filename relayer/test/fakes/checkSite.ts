import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attestorAddressOf, hexFromBytes } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { checkNode } from '../../src/check/checkNode.ts';
import type { Finding } from '../../src/check/finding.ts';
import { openProbes } from '../../src/check/probes.ts';
import type { AssetProbe, Probes, TradingProbe } from '../../src/check/probes.ts';
import { ROLES } from '../../src/config/roles.ts';
import type { Card } from '../../src/peers/card.ts';
import { cardKeys, cardOf } from './cards.ts';
import { selfSigned } from './certificate.ts';
import { MemoryConsortium } from './consortium.ts';

const DAY_MS = 86_400_000;
export const BRIDGE: Hex = `0x${'0c'.repeat(20)}`;
const domain = { tradingChainId: 31_337n, bridge: BRIDGE };
const { seed, operatorKey } = cardKeys(1);
const operator = attestorAddressOf(operatorKey);

type Json = Record<string, unknown>;
type Part = 'trading' | 'http' | 'peers' | 'gateway' | 'carrier' | 'attestor' | 'prover';

/** A node that lacks nothing, in a folder of its own; each test takes one thing away. */
export class Site {
  readonly directory = mkdtempSync(join(tmpdir(), 'twinspan-check-'));
  readonly consortium = new MemoryConsortium().consortium;
  readonly key: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  nowMs = Date.now();
  config: Json & Record<Part, Json> = this.wholeConfig();
  trading: TradingProbe = {
    chainIdNow: () => Promise.resolve(31_337),
    hasCode: () => Promise.resolve(true),
    verifiesP256: () => Promise.resolve(true),
    consortiumInForce: () => Promise.resolve(this.consortium),
    verifierCodes: () => Promise.resolve(['0x0123', '0x0123']),
    newestBlockSeconds: () => Promise.resolve(Math.floor(this.nowMs / 1_000)),
    finalizedBlock: () => Promise.resolve(7n),
    etherBalance: () => Promise.resolve(10n ** 20n),
    fees: () => Promise.resolve({ maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 1n, baseFeePerGas: 1n }),
  };
  asset: AssetProbe = {
    config: () =>
      Promise.resolve({
        ...{ networkId: 'n', channel: 'assets', chaincode: 'rights', roles: {} },
        assetChainId: this.consortium.assetChainId,
      }),
    attestors: () => Promise.resolve({ attestors: [operator], threshold: 1 }),
    newestBlockSeconds: () => Promise.resolve(0),
    close: () => undefined,
  };
  handshake: Probes['handshake'] = () => Promise.resolve();

  at(name: string): string {
    return join(this.directory, name);
  }

  async open(): Promise<void> {
    this.write('peer.key', `${seed}\n`);
    this.write('evm.key', `${operatorKey}\n`);
    this.write('user.key', this.key.export({ type: 'pkcs8', format: 'pem' }).toString());
    this.certify(-1, 90);
    this.write('ca.pem', 'a certificate of the TLS CA');
    this.write('book.json', JSON.stringify(this.book()));
    mkdirSync(this.at('cards'));
    const others = { node: 'other', addresses: [], operator: 'other' } as const;
    await this.introduce({ node: 'one', roles: ROLES }, 1);
    await this.introduce({ ...others, roles: ['gateway', 'carrier', 'attestor'] }, 2);
  }

  wholeConfig(): Json & Record<Part, Json> {
    const peers = [{ endpoint: 'peer:7051', tlsCaFile: 'ca.pem' }];
    const identity = { mspId: 'CustodianMSP', certFile: 'user.pem', keyFile: 'user.key' };
    return {
      ...{ node: 'one', operator: 'one', directory: 'db' },
      trading: { endpoints: [{ url: 'http://node' }], addressBookFile: 'book.json', finality: { depth: 1 } },
      gateway: { ...identity, channel: 'assets', chaincode: 'rights', recordOrgs: ['CustodianMSP'], peers },
      carrier: { keyFiles: ['evm.key'] },
      attestor: { keyFile: 'evm.key' },
      prover: { command: process.execPath, args: ['-e', 'console.log(`{"ready":true}`); setInterval(() => 0, 1000)'] },
      peers: { listen: '/ip4/127.0.0.1/tcp/0', keyFile: 'peer.key', cards: ['cards'] },
      http: { port: 0 },
    };
  }

  book(): Json {
    const { members, ...consortium } = this.consortium;
    const contract = { address: BRIDGE };
    return {
      ...{ version: 1, chainId: 31_337, deployedAtBlock: '1' },
      consortium: { ...consortium, members: members.map((one) => ({ ...one, identity: hexFromBytes(one.identity) })) },
      contracts: { assetChainClient: contract, backings: contract, bridge: contract },
    };
  }

  write(name: string, text: string): void {
    writeFileSync(this.at(name), text, { mode: 0o600 });
  }

  certify(fromDays: number, toDays: number): void {
    const date = (days: number): Date => new Date(this.nowMs + days * DAY_MS);
    this.write('user.pem', selfSigned(this.key, date(fromDays), date(toDays)));
  }

  async introduce(said: Pick<Card, 'node'> & Partial<Card>, number: number): Promise<void> {
    const card = await cardOf(said, domain, cardKeys(number));
    this.write(`cards/${said.node}.card.json`, JSON.stringify(card));
  }

  async check(): Promise<readonly Finding[]> {
    this.write('config.json', JSON.stringify(this.config));
    return checkNode(this.at('config.json'), (config, book) => ({
      ...openProbes(config, book),
      nowMs: () => this.nowMs,
      trading: () => this.trading,
      asset: () => this.asset,
      handshake: (peer) => this.handshake(peer),
    }));
  }
}
