import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Finding, Role, TopologyNode } from '@twinspan/relayer';
import { checkNode } from '../../src/check/checkNode.ts';
import { ROLES } from '../../src/config/roles.ts';
import { openRig } from './rig.ts';
import type { Rig } from './rig.ts';

/** Away from a developer's own devnet and from the other tests. */
const PORT_OFFSET = 12_000;
const PROGRAM = resolve(import.meta.dirname, '../../src/main.ts');
const EXIT_CONFIG = 78;

/** Nobody can do another's work: each step of a crossing is at a node that can do nothing else. */
const topology: readonly TopologyNode[] = [
  { node: 'custodian', operator: 'custodian', org: 'custodian', roles: ['gateway', 'prover'], account: 'attestor1' },
  { node: 'custodian-attestor', operator: 'custodian', roles: ['attestor'], account: 'attestor1' },
  { node: 'registry-attestor', operator: 'registry', roles: ['attestor'], account: 'attestor2' },
  { node: 'auditor', operator: 'auditor', org: 'auditor', roles: ['gateway'], account: 'attestor3' },
  { node: 'carrier-1', operator: 'shipping', roles: ['carrier'], carriers: ['carrier1'], account: 'carrier7' },
  { node: 'carrier-2', operator: 'freight', roles: ['carrier'], carriers: ['carrier2'], account: 'carrier8' },
];

describe('nodes with one role each', () => {
  let rig: Rig;

  before(async () => {
    rig = await openRig(1, { portOffset: PORT_OFFSET, nodes: { topology, finality: { depth: 1 } } });
  });

  after(() => rig[Symbol.asyncDispose]());

  const configFile = (node: string): string => join(rig.bridge.network.directory, 'nodes', `${node}.json`);
  const configOf = (node: string): Record<string, unknown> & Partial<Record<Role, object>> =>
    JSON.parse(readFileSync(configFile(node), 'utf8')) as Record<string, unknown>;

  const wrongIn = async (file: string): Promise<readonly Finding[]> => (await checkNode(file)).filter(({ ok }) => !ok);

  it('have no more than their roles need', () => {
    for (const { node, roles } of topology) {
      const config = configOf(node);
      assert.deepEqual(
        ROLES.filter((role) => config[role] !== undefined).sort(),
        [...roles].sort(),
        `${node} has the parts of its roles alone`,
      );
    }
  });

  it('carry a lock across: sealed by one, carried by another that has no part in Fabric', async () => {
    await rig.lock(5);
    await rig.delivered(5n);
    assert.equal(await rig.minted(), 5n);
  });

  it('bring a redemption home: attested by nodes without gas and Fabric, released by a gateway', async () => {
    await rig.redeem(2n);
    await rig.home(2n);
    await rig.balances(5n, 2n);
  });

  it('are found right by their check, but for the ports that they hold themselves', async () => {
    for (const { node } of topology) {
      const wrong = await wrongIn(configFile(node));
      const names = wrong.map(({ check }) => check).sort();
      assert.deepEqual(names, ['http.port', 'peers.listen'], JSON.stringify(wrong));
    }
  });

  it('are found wrong by it where the chains are others than those named', async () => {
    const { network } = rig.bridge;
    const file = join(network.directory, 'nodes', 'changed.json');
    const { gateway, trading, ...parts } = configOf('custodian') as {
      gateway: { peers: object[]; channel: string };
      trading: { endpoints: object[] };
    };
    // Its keys take seconds to load, and the check of the whole node has loaded them.
    const rest = { ...parts, prover: undefined };
    const peer = (change: object): object => ({ ...gateway, peers: [{ ...gateway.peers[0], ...change }] });
    const [, registry] = network.description.asset.orgs;
    const changes: readonly (readonly [string, object])[] = [
      ['gateway.peers[0].tls', { gateway: peer({ tlsCaFile: registry?.peers[0].tlsCaFile }) }],
      ['gateway.peers[0].tls', { gateway: peer({ hostAlias: 'peer0.elsewhere.test' }) }],
      ['gateway.peers[0].tls', { gateway: peer({ endpoint: '127.0.0.1:1' }) }],
      ['gateway.peers[0].chaincode', { gateway: { ...gateway, channel: 'elsewhere' } }],
      ['trading.endpoints[0]', { trading: { ...trading, endpoints: [{ url: 'http://127.0.0.1:1' }] } }],
    ];
    for (const [name, change] of changes) {
      writeFileSync(file, JSON.stringify({ ...rest, gateway, trading, http: { port: 0 }, ...change }));
      const wrong = await wrongIn(file);
      const names = wrong.map(({ check }) => check).filter((check) => !/^peers\.(own|listen)$/.test(check));
      assert.deepEqual(names, [name], JSON.stringify(wrong));
    }
  });

  it('say all of it on the command line, and end with 78', async () => {
    const file = join(rig.bridge.network.directory, 'nodes', 'nobody.json');
    const nobody = Object.fromEntries(Object.entries(configOf('carrier-1')).filter(([key]) => key !== 'carrier'));
    writeFileSync(file, JSON.stringify(nobody));
    const args = ['--disable-warning=ExperimentalWarning', PROGRAM, 'check', '--config', file, '--json'];
    const { code, stdout } = await promisify(execFile)(process.execPath, args).then(
      () => assert.fail('it ended with 0'),
      (error: unknown) => error as { code: number; stdout: string },
    );
    assert.equal(code, EXIT_CONFIG);
    const [finding] = JSON.parse(stdout) as Finding[];
    assert.match(finding?.sentence ?? '', /a node needs a role/);
  });
});
