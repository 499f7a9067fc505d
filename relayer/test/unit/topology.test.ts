import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { oneNodePerOrg, withoutSinglePoint } from '../../src/start/topology.ts';
import type { TopologyNode } from '../../src/start/topology.ts';

const orgs = [{ name: 'custodian' }, { name: 'registry' }, { name: 'auditor' }];

/** What does not go on with these nodes alone. */
function missingIn(nodes: readonly TopologyNode[]): string[] {
  const having = (role: TopologyNode['roles'][number]): readonly TopologyNode[] =>
    nodes.filter(({ roles }) => roles.includes(role));
  const custodians = (node: TopologyNode): boolean => node.org === 'custodian';
  const missing = {
    seals: !having('gateway').some(custodians),
    proofs: !having('prover').some(custodians),
    deliveries: having('carrier').length === 0,
    // Two of three attestors; nodes of one operator sign with one key.
    releases: new Set(having('attestor').map(({ account }) => account)).size < 2,
  };
  return Object.entries(missing).flatMap(([name, isMissing]) => (isMissing ? [name] : []));
}

const without = (nodes: readonly TopologyNode[], gone: TopologyNode): TopologyNode[] =>
  nodes.filter((node) => node !== gone);

describe('topologies', () => {
  it('lack nothing when all nodes are there', () => {
    assert.deepEqual(missingIn(oneNodePerOrg(orgs)), []);
  });

  it('of one node per org depend on that of the custodian', () => {
    const nodes = oneNodePerOrg(orgs);
    const [custodian, ...others] = nodes;
    assert.ok(custodian !== undefined);
    assert.deepEqual(missingIn(without(nodes, custodian)), ['seals', 'proofs']);
    for (const other of others) assert.deepEqual(missingIn(without(nodes, other)), []);
  });

  it('without a single point lack nothing whichever node is gone', () => {
    const nodes = withoutSinglePoint(orgs);
    for (const gone of nodes) assert.deepEqual(missingIn(without(nodes, gone)), [], gone.node);
  });

  it('give no name and no signer twice', () => {
    const nodes = withoutSinglePoint(orgs);
    for (const all of [nodes.map(({ node }) => node), nodes.flatMap(({ carriers = [] }) => carriers)])
      assert.equal(new Set(all).size, all.length);
  });
});
