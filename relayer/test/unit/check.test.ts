import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import type { TradingProbe } from '../../src/check/probes.ts';
import { ROLES } from '../../src/config/roles.ts';
import { cardKeys } from '../fakes/cards.ts';
import { BRIDGE, Site } from '../fakes/checkSite.ts';

describe('node check', () => {
  const sites: Site[] = [];
  let site: Site;

  beforeEach(async () => {
    site = new Site();
    sites.push(site);
    await site.open();
  });

  after(() => {
    for (const { directory } of sites) rmSync(directory, { recursive: true });
  });

  /** Exactly these findings are not ok, and each says what was found and what to do. */
  async function finds(expected: Readonly<Record<string, RegExp>>): Promise<void> {
    const wrong = (await site.check()).filter(({ ok }) => !ok);
    assert.deepEqual(wrong.map(({ check }) => check).sort(), Object.keys(expected).sort());
    for (const { check, sentence, next } of wrong) {
      assert.match(sentence, expected[check] ?? /$^/);
      assert.ok((next ?? '').length > 10);
    }
  }

  it('finds nothing to mend where nothing is wrong', async () => {
    await finds({});
    assert.ok((await site.check()).length >= 20);
  });

  it('reads the configuration first', async () => {
    Reflect.deleteProperty(site.config, 'http');
    await finds({ config: /http/ });
  });

  it('looks at the machine even without an address book', async () => {
    rmSync(site.at('book.json'));
    chmodSync(site.at('peer.key'), 0o644);
    await finds({ 'trading.addressBookFile': /book\.json/, 'peers.keyFile': /others can read/ });
  });

  const secrets = {
    'gateway.keyFile': 'user.key',
    'carrier.keyFiles[0]': 'evm.key',
    'attestor.keyFile': 'evm.key',
    'peers.keyFile': 'peer.key',
  };
  for (const [check, file] of Object.entries(secrets)) {
    it(`sees that others can read ${check}`, async () => {
      chmodSync(site.at(file), 0o640);
      const wrong = (await site.check()).filter((finding) => !finding.ok);
      assert.ok(
        wrong.some((finding) => finding.check === check && /others can read .*chmod 600/.test(finding.sentence)),
      );
    });
  }

  it('sees that others can read secrets of the proof queue', async () => {
    const broker = { servers: ['nats://127.0.0.1:1'], keyFile: 'peer.key', nkeyFile: 'broker.nk' };
    site.write('broker.nk', 'a seed');
    site.config.prover = { queue: { ...broker, verificationKeys: 'keys' } };
    const wrongIn = async (): Promise<readonly string[]> =>
      (await site.check()).filter(({ ok }) => !ok).map(({ check }) => check);
    assert.deepEqual(await wrongIn(), ['prover'], 'nobody answers there');
    chmodSync(site.at('broker.nk'), 0o644);
    assert.deepEqual(await wrongIn(), ['prover.queue.nkeyFile', 'prover']);
  });

  it('sees a folder that cannot hold a store', async () => {
    site.write('db', 'a file');
    await finds({ directory: /cannot be written to.*a file/ });
  });

  it('sees ports that are taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      site.config.http = { port };
      site.config.peers = { ...site.config.peers, listen: `/ip4/127.0.0.1/tcp/${port}` };
      await finds({ 'http.port': /EADDRINUSE/, 'peers.listen': /EADDRINUSE/ });
    } finally {
      server.close();
    }
  });

  const ofTrading: Readonly<Record<string, readonly [Partial<TradingProbe>, string, RegExp]>> = {
    'an endpoint that does not answer': [
      { chainIdNow: () => Promise.reject(new Fault('CHAIN_UNREACHABLE', 'eth_chainId failed')) },
      'trading.endpoints[0]',
      /CHAIN_UNREACHABLE/,
    ],
    'another chain': [{ chainIdNow: () => Promise.resolve(1) }, 'trading.endpoints[0]', /chain 1, .* chain 31337/],
    'missing contracts': [
      { hasCode: () => Promise.resolve(false) },
      'trading.endpoints[0].contracts',
      /no code at 0x0c/,
    ],
    'a chain without P256VERIFY': [
      { verifiesP256: () => Promise.resolve(false) },
      'trading.endpoints[0].p256',
      /does not check P-256/,
    ],
    'a node that knows no finality': [
      { finalizedBlock: () => Promise.reject(new Fault('CHAIN_UNREACHABLE', 'tag unknown')) },
      'trading.endpoints[0].finality',
      /does not say which block is final/,
    ],
    'a clock that is behind': [
      { newestBlockSeconds: () => Promise.resolve(Math.floor(Date.now() / 1_000) + 100) },
      'trading.endpoints[0].clock',
      /\d+ s ahead of this clock/,
    ],
    'a chain that stands still': [
      { newestBlockSeconds: () => Promise.resolve(Math.floor(Date.now() / 1_000) - 3_600) },
      'trading.endpoints[0].clock',
      /3[56]\d\d s behind this clock/,
    ],
    'an empty account': [
      { etherBalance: () => Promise.resolve(1n) },
      'carrier.keyFiles[0].funds',
      /has 0 ether, enough for 0 full deliveries/,
    ],
    'a fee ceiling that lets nothing through': [
      {
        fees: () => Promise.resolve({ maxFeePerGas: 300_000_000_000n, maxPriorityFeePerGas: 1n, baseFeePerGas: 1n }),
        etherBalance: () => Promise.resolve(10n ** 24n),
      },
      'carrier.maxFeePerGas',
      /the ceiling is 200000000000/,
    ],
  };
  for (const [what, [change, check, sentence]] of Object.entries(ofTrading)) {
    it(`sees ${what}`, async () => {
      site.trading = { ...site.trading, ...change };
      await finds({ [check]: sentence });
    });
  }

  it('compares the consortium of the contract with that of the address book', async () => {
    const whole = site.consortium;
    const [first, ...others] = whole.members;
    const cases: readonly (readonly [Partial<typeof whole>, RegExp])[] = [
      [{ threshold: 1 }, /asks for 1 endorsements, the book has 2/],
      [{ assetChainId: `0x${'77'.repeat(32)}` }, /accepts asset chain 0x77/],
      [{ members: others }, /member 0 of the contract/],
      [{ members: [first ?? assert.fail(), others[0] ?? assert.fail()] }, /member 2 of the contract/],
    ];
    for (const [change, sentence] of cases) {
      site.trading = { ...site.trading, consortiumInForce: () => Promise.resolve({ ...whole, ...change }) };
      await finds({ 'trading.endpoints[0].consortium': sentence });
    }
  });

  it('sees a peer that is not there, and one with another certificate', async () => {
    site.handshake = () => Promise.reject(new Fault('CHAIN_UNREACHABLE', 'nothing answers at peer:7051'));
    await finds({ 'gateway.peers[0].tls': /nothing answers/ });
    site.handshake = () => Promise.reject(new Error('unable to verify'));
    await finds({ 'gateway.peers[0].tls': /does not match .*ca\.pem.*unable to verify/ });
  });

  it('sees a certificate that has expired, soon expires, is not valid yet or is of another key', async () => {
    site.certify(-10, -1);
    await finds({ 'gateway.certificate': /has expired/ });
    site.certify(-10, 3);
    await finds({ 'gateway.certificate': /expires on/ });
    site.certify(1, 90);
    await finds({ 'gateway.certificate': /is valid from/ });
    site.certify(-1, 90);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    site.write('user.key', other.export({ type: 'pkcs8', format: 'pem' }).toString());
    await finds({ 'gateway.certificate': /is not the key of/ });
  });

  it('sees a chaincode that does not answer, or of another asset chain, and a clock behind its blocks', async () => {
    const whole = site.asset;
    site.asset = { ...whole, config: () => Promise.reject(new Fault('CHAIN_UNREACHABLE', 'no chaincode')) };
    await finds({ 'gateway.peers[0].chaincode': /no chaincode/ });
    const denied = (): Promise<never> =>
      Promise.reject(new Fault('CHAIN_UNREACHABLE', 'evaluate failed: access denied: creator org'));
    site.asset = { ...whole, config: denied, attestors: denied };
    const unknown = /user\.pem for one of CustodianMSP: .*access denied/;
    await finds({ 'gateway.peers[0].chaincode': unknown, attestor: unknown });
    const config = await whole.config();
    site.asset = { ...whole, config: () => Promise.resolve({ ...config, assetChainId: `0x${'77'.repeat(32)}` }) };
    await finds({ 'gateway.peers[0].chaincode': /is asset chain 0x77.*the contract accepts 0xab/ });
    site.asset = { ...whole, newestBlockSeconds: () => Promise.resolve(Math.floor(site.nowMs / 1_000) + 60) };
    await finds({ 'gateway.peers[0].clock': /60 s ahead of this clock/ });
  });

  it('sees an attestor that is not in force, or another one than the own card says', async () => {
    const whole = site.asset;
    site.asset = { ...whole, attestors: () => Promise.resolve({ attestors: [BRIDGE], threshold: 1 }) };
    await finds({ attestor: /not among the attestors in force/ });
    site.asset = whole;
    site.write('other.key', `${cardKeys(2).operatorKey}\n`);
    site.config.attestor = { keyFile: 'other.key' };
    await finds({ attestor: /the own card names 0x/ });
  });

  it('sees cards that are bad, missing or of another node', async () => {
    const roles = ROLES;
    await site.introduce({ node: 'one', roles: ['carrier'] }, 1);
    await finds({ 'peers.own': /names the roles carrier, the configuration has attestor, carrier, gateway, prover/ });
    await site.introduce({ node: 'one', roles, operator: 'two' }, 1);
    await finds({ 'peers.own': /operator two, the configuration one/ });
    await site.introduce({ node: 'one', roles }, 3);
    await finds({ 'peers.own': /the peer key is of/, attestor: /the own card names/ });
    rmSync(site.at('cards/one.card.json'));
    await finds({ 'peers.own': /no card of one/ });
    site.write('cards/one.card.json', '{}');
    await finds({ 'peers.cards': /CARD_BAD/ });
  });

  it('sees that nobody has a role', async () => {
    rmSync(site.at('cards/other.card.json'));
    Reflect.deleteProperty(site.config, 'carrier');
    await site.introduce({ node: 'one', roles: ROLES.filter((role) => role !== 'carrier') }, 1);
    await finds({ 'peers.roles': /no node is carrier/ });
  });

  it('sees a prover that does not start, and keys that are not the verifiers’', async () => {
    site.config.prover = { command: process.execPath, args: ['-e', 'process.exit(3)'] };
    await finds({ prover: /PROVER_FAILED.*ended with 3/ });
    mkdirSync(site.at('keys/AssetState1'), { recursive: true });
    mkdirSync(site.at('keys/AssetState16'), { recursive: true });
    const key = (x: number): string =>
      JSON.stringify({
        IC: [
          [String(x), '1', '1'],
          [String(x), '1', '1'],
        ],
      });
    site.write('keys/AssetState1/verification_key.json', key(0x123));
    site.write('keys/AssetState16/verification_key.json', key(0x123));
    const ready = 'console.log(`{"ready":true}`); setInterval(() => 0, 1000)';
    site.config.prover = { command: process.execPath, args: ['-e', ready, '--', '--keys', site.at('keys')] };
    await finds({});
    site.write('keys/AssetState16/verification_key.json', key(0x777));
    await finds({ 'prover.keys': /keys of AssetState16 are not those/ });
  });
});
