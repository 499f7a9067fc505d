import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { usedPorts } from '../../src/claim.ts';
import { cryptoConfig } from '../../src/fabric/cryptoConfig.ts';
import type { Yaml } from '../../src/fabric/cryptoConfig.ts';
import { genesisConfig } from '../../src/fabric/genesisConfig.ts';
import { ordererConfig } from '../../src/fabric/ordererConfig.ts';
import { peerConfig } from '../../src/fabric/peerConfig.ts';
import { planNetwork } from '../../src/plan.ts';
import type { Plan } from '../../src/plan.ts';

const bft = planNetwork('/network', { orderers: 'smartbft', evm: 'anvil', peers: 1 }, 0);
const raft = planNetwork('/network', { orderers: 'raft', evm: 'geth', peers: 2 }, 1000);

/** Every `host:port` and every port number that appears in a configuration. */
function mentionedPorts(config: unknown): Set<number> {
  const text = JSON.stringify(config);
  const found = text.matchAll(/127\.0\.0\.1:(\d+)|"(?:Port|ListenPort)":(\d+)/g);
  return new Set([...found].map(([, inAddress, alone]) => Number(inAddress ?? alone)));
}

function peerConfigs(plan: Plan): Yaml[] {
  return plan.orgs.flatMap((org) => org.peers.map((peer) => peerConfig(org, peer)));
}

describe('configuration', () => {
  it('has four consenters under SmartBFT and one under Raft', () => {
    assert.equal(JSON.stringify(genesisConfig(bft)).match(/ServerTLSCert/g)?.length, 4);
    assert.equal(JSON.stringify(genesisConfig(raft)).match(/ServerTLSCert/g)?.length, 1);
    assert.equal(bft.orderers.length, 4);
    assert.equal(raft.orderers.length, 1);
  });

  it('has as many peers of each org as asked for, each with ports and folders of its own', () => {
    assert.deepEqual(
      raft.orgs.map(({ peers }) => peers.length),
      [2, 2, 2],
    );
    const peers = raft.orgs.flatMap((org) => org.peers);
    assert.equal(
      new Set(
        peers.flatMap(({ ports: { listen, chaincodeListen, operations } }) => [listen, chaincodeListen, operations]),
      ).size,
      3 * peers.length,
    );
    assert.equal(new Set(peers.flatMap(({ dir, cryptoDir }) => [dir, cryptoDir])).size, 2 * peers.length);
  });

  it('names only ports that the network claims', () => {
    for (const plan of [bft, raft]) {
      const claimed = new Set(usedPorts(plan.ports, plan.profile));
      const configs = [
        genesisConfig(plan),
        ...plan.orderers.map((orderer) => ordererConfig(plan, orderer)),
        ...peerConfigs(plan),
      ];
      for (const port of configs.flatMap((config) => [...mentionedPorts(config)])) {
        assert.ok(claimed.has(port), `port ${port} is not in the table`);
      }
    }
  });

  it('keeps every file inside the network directory', () => {
    const configs = [cryptoConfig(bft), ...peerConfigs(bft), ...bft.orderers.map((one) => ordererConfig(bft, one))];
    for (const [path] of JSON.stringify(configs).matchAll(/"\/[^"]*"/g)) {
      assert.ok(path.startsWith('"/network/') || path.endsWith('/ops/devnet/builder"'), path);
    }
  });

  it('gives every org an anchor peer and every node TLS', () => {
    assert.equal(JSON.stringify(genesisConfig(bft)).match(/AnchorPeers/g)?.length, 3);
    for (const config of peerConfigs(bft)) assert.match(JSON.stringify(config), /"tls":\{"enabled":true/);
    for (const orderer of bft.orderers) {
      assert.equal(JSON.stringify(ordererConfig(bft, orderer)).match(/"Enabled":true,"PrivateKey"/g)?.length, 2);
    }
  });
});
