import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PORT_OFFSETS, portsAt } from '../../src/ports.ts';
import type { Ports } from '../../src/ports.ts';

function all(ports: Ports): number[] {
  return [
    ...ports.orderers.flatMap(({ listen, admin, operations }) => [listen, admin, operations]),
    ...ports.orgs.flatMap(({ peers, chaincodeServer }) => [
      ...peers.flatMap((peer) => [peer.listen, peer.chaincodeListen, peer.operations]),
      chaincodeServer,
    ]),
    ...ports.relayers.flatMap(({ libp2p, http }) => [libp2p, http]),
    ports.anvil,
    ports.geth,
  ];
}

describe('ports', () => {
  it('gives no port twice, in one network or across all offsets', () => {
    const every = PORT_OFFSETS.flatMap((offset) => all(portsAt(offset)));
    assert.equal(new Set(every).size, every.length);
  });

  it('stays below the ports that the kernel hands out', () => {
    assert.ok(Math.max(...PORT_OFFSETS.flatMap((offset) => all(portsAt(offset)))) < 32_768);
  });

  for (const offset of [-1000, 1, 500, 14_000, NaN]) {
    it(`refuses offset ${offset}`, () => {
      assert.throws(() => portsAt(offset), RangeError);
    });
  }
});
