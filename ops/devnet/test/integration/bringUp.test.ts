import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { usedPorts } from '../../src/claim.ts';
import { DESCRIPTION_FILE, connectGateway, portsAt, readDescription, startNetwork } from '../../src/index.ts';
import type { Description, Network, Profile } from '../../src/index.ts';
import { call } from '../../src/evm/rpc.ts';
import { isFree, isListening } from '../../src/running/listening.ts';
import { commandLine } from '../../src/running/liveness.ts';
import { poll } from '../../src/running/poll.ts';
import { networkStatus } from '../../src/status.ts';

const OFFSET = 12_000;
const PATIENCE_MS = 30_000;
const ATTESTORS = { attestors: [`0x${'11'.repeat(20)}`, `0x${'22'.repeat(20)}`], threshold: 2 };

type OrgName = Description['asset']['orgs'][number]['name'];

/** Submits or evaluates a transaction as an org's user, through the org's own peer. */
async function transact(
  network: Network,
  name: OrgName,
  verb: 'submit' | 'evaluate',
  tx: string,
  argument: unknown,
): Promise<unknown> {
  const { orgs, channel, chaincode } = network.description.asset;
  const org = orgs.find((one) => one.name === name);
  assert.ok(org !== undefined);
  const { gateway, close } = connectGateway(org);
  try {
    const contract = gateway.getNetwork(channel).getContract(chaincode);
    const options = { arguments: [JSON.stringify(argument)] };
    const answer = verb === 'submit' ? contract.submit(tx, options) : contract.evaluate(tx, options);
    return JSON.parse(Buffer.from(await answer).toString());
  } finally {
    close();
  }
}

/** Waits until a query answers through an org's peer. */
async function untilAnswers(network: Network, name: OrgName): Promise<void> {
  const ask = async (): Promise<true> => (await transact(network, name, 'evaluate', 'config', {}), true);
  await poll(ask, { what: `an answer through ${name}`, timeoutMs: PATIENCE_MS });
}

async function assertNothingLeft(profile: Profile, processes: Description['processes']): Promise<void> {
  for (const port of usedPorts(portsAt(OFFSET), profile)) assert.ok(await isFree(port), `port ${port} is still taken`);
  for (const { name, pid } of processes) assert.equal(commandLine(pid), undefined, `${name} still runs`);
}

const PROFILES: readonly Profile[] = [
  { orderers: 'smartbft', evm: 'anvil', peers: 1 },
  { orderers: 'raft', evm: 'geth', peers: 2 },
];

for (const profile of PROFILES) {
  describe(`network of ${profile.orderers} and ${profile.evm}`, () => {
    let directory: string;
    let network: Network;
    before(async () => {
      directory = mkdtempSync(join(tmpdir(), 'devnet-'));
      network = await startNetwork({ directory, profile, portOffset: OFFSET });
    });
    after(async () => {
      await network.stop();
      rmSync(directory, { recursive: true });
    });

    it('is described as it is', () => {
      const description = readDescription(join(directory, DESCRIPTION_FILE));
      assert.deepEqual(description, network.description);
      for (const { users, peers } of description.asset.orgs) {
        assert.equal(peers.length, profile.peers);
        assert.match(readFileSync(users.user.keyFile, 'utf8'), /PRIVATE KEY/);
        for (const { peerIdentityFile } of peers) {
          assert.match(readFileSync(peerIdentityFile, 'utf8'), /BEGIN CERTIFICATE/);
        }
      }
      for (const { keyFile } of description.trading.accounts) {
        assert.equal(statSync(keyFile).mode & 0o777, 0o600);
        assert.match(readFileSync(keyFile, 'utf8'), /^0x[0-9a-f]{64}\n$/);
      }
    });

    it('commits a transaction that every org then reads', async () => {
      for (const name of ['custodian', 'registry'] as const) {
        await transact(network, name, 'submit', 'approveAttestors', ATTESTORS);
      }
      for (const name of ['custodian', 'registry', 'auditor'] as const) {
        const answer = JSON.stringify(await transact(network, name, 'evaluate', 'attestors', {}));
        assert.ok(answer.includes(ATTESTORS.attestors[0] ?? '?'), answer);
      }
    });

    it('makes blocks on a trading chain with the P-256 precompile and storage proofs', async () => {
      const { rpcUrl, chainId, accounts } = network.description.trading;
      assert.equal(Number(await call(rpcUrl, 'eth_chainId', [])), chainId);
      // A NIST P-256 signature: hash, r, s, x, y.
      const input = [
        ...['bb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023'],
        ...['2ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18'],
        ...['4cd60b855d442f5b3c7b11eb6c4e0ae7525fe710fab9aa7c77a67f79e6fadd76'],
        ...['2927b10512bae3eddcfe467828128bad2903269919f7086069c8c4df6c732838'],
        ...['c7787964eaac00e5921fb1498a60f4606766b3d9685001558d1a974e7341513e'],
      ].join('');
      const verified = await call(rpcUrl, 'eth_call', [
        { to: `0x${'100'.padStart(40, '0')}`, data: `0x${input}` },
        'latest',
      ]);
      assert.equal(verified, `0x${'1'.padStart(64, '0')}`);
      const slot = `0x${'00'.repeat(32)}`;
      const proof = await call(rpcUrl, 'eth_getProof', [accounts[0]?.address, [slot], 'latest']);
      assert.ok(JSON.stringify(proof).includes('accountProof'));
      await poll(
        async () => ((await call(rpcUrl, 'eth_getBlockByNumber', ['finalized', false])) === null ? undefined : true),
        {
          what: 'a finalized block',
          timeoutMs: PATIENCE_MS,
        },
      );
    });

    it('reports every process healthy, and chains of one height', async () => {
      const heights = async (): Promise<true | undefined> => {
        const { state, processes } = await networkStatus(directory);
        assert.equal(state, 'up');
        assert.equal(processes.length, network.description.processes.length);
        assert.deepEqual(
          processes.filter((one) => !one.healthy),
          [],
        );
        const ledgers = processes.filter(({ name }) => /^(peer|orderer)/.test(name)).map(({ height }) => height);
        return new Set(ledgers).size === 1 && ledgers[0] !== undefined ? true : undefined;
      };
      await poll(heights, { what: 'one height', timeoutMs: PATIENCE_MS, everyMs: 200 });
    });

    it('refuses a second network in its directory or on its ports', async () => {
      await assert.rejects(startNetwork({ directory, profile, portOffset: OFFSET }), /a network is already up in/);
      const elsewhere = mkdtempSync(join(tmpdir(), 'devnet-'));
      await assert.rejects(startNetwork({ directory: elsewhere, profile, portOffset: OFFSET }), /ports are taken/);
      rmSync(elsewhere, { recursive: true });
    });

    it('starts a killed chaincode server again by itself, and a killed peer when told', async () => {
      const server = network.process('chaincode.registry');
      const { pid } = server;
      await server.kill('SIGKILL');
      await untilAnswers(network, 'registry');
      assert.notEqual(server.pid, pid);
      const peer = network.process('peer0.custodian');
      await peer.kill('SIGKILL');
      assert.equal(await isListening(portsAt(OFFSET).orgs[0]?.peers[0]?.listen ?? 0), false);
      await peer.restart();
      await untilAnswers(network, 'custodian');
    });

    it('leaves nothing behind', async () => {
      const { processes } = network.description;
      await network.stop();
      await assertNothingLeft(profile, processes);
      assert.deepEqual(await networkStatus(directory), { state: 'down', processes: [] });
    });
  });
}
