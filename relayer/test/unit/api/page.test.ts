import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { laneKey } from '../../../src/db/keys.ts';
import { ApiNode, LANE, NOW_MS, recipientOf, RIGHTS, TX } from '../../fakes/apiNode.ts';
import { OpenedPage } from '../../fakes/openedPage.ts';
import { until } from '../../fakes/peerMesh.ts';

const card = { operator: 'registry', roles: ['attestor'], peerId: '12D3', evmAddress: recipientOf(1) } as const;
const behaviour = {
  ...{ lastSeenMs: NOW_MS, isListening: true, score: 1, offences: 0, shutOutUntilMs: 0 },
  items: { accept: 1, ignore: 0, reject: 0 },
};

/** Message 4 is held, and what would retry it is parked. */
async function holdMessage({ modules: { tables } }: ApiNode): Promise<void> {
  const held = { block: 95n, txHash: TX, atMs: NOW_MS };
  const writes = tables.writes('peers/bundle');
  writes.put(tables.holds, laneKey(LANE, 4n), {
    ...{
      laneId: LANE,
      message: 4n,
      rightsId: RIGHTS,
      recipient: recipientOf(5),
      units: 5n,
      reason: 'TOKEN_PAUSED',
      held,
    },
  });
  const body = { laneId: LANE, message: 4n, reason: 'TOKEN_PAUSED' } as const;
  tables.queues.retry.add(writes, laneKey(LANE, 4n), body);
  await writes.commit();
  const parking = tables.writes('mint-retry/park');
  const job = tables.queues.retry.get(laneKey(LANE, 4n)) ?? assert.fail();
  tables.queues.retry.park(parking, job, new Fault('FUNDS_SHORT', 'no ether'));
  await parking.commit();
}

describe('the page of a node', () => {
  it('shows where the node stands, and every unit', async () => {
    await using node = await ApiNode.start({
      cards: [{ ...card, node: 'registry-1' }],
      peers: () => [{ ...card, node: 'registry-1', connectedSinceMs: undefined, ...behaviour }],
    });
    await node.crossed();
    await holdMessage(node);
    using page = await OpenedPage.open(node);
    assert.match(page.text('state'), /^ready · trading chain at 100, final to 90/);
    assert.equal(page.look('state'), 'good');
    assert.equal(page.text('node'), 'custodian-1 · gateway, carrier');
    assert.match(page.text('figures'), /epochs under way 1 messages held 1 jobs parked 1 nodes connected 0 of 1/);
    assert.match(page.text('lanes'), /^lane .* 7 +3 2 1 0 s ago/);
    assert.match(page.text('messages'), /11 3 0x001111…1111 |11 3 0x002222…2222 5 .* endorsed sealed in epoch 3/);
    assert.match(page.text('messages'), /4 2 0x001111…1111 5 0x000000…0005 held held by the bridge for TOKEN_PAUSED/);
    assert.match(page.text('supply'), /0x001111…1111 10 2 5 1 2 0$/);
    assert.equal(page.count('#supply .good'), 1);
    assert.match(page.text('queues'), /^stage waiting oldest, s parked deliver 1 0 0 retry 0 0 1$/);
    assert.equal(page.text('parked'), 'retry 00000000…0004 is parked: FUNDS_SHORT: no ether');
    assert.equal(page.text('peers'), 'node roles  registry-1 attestor away');
  });

  it('says what is to be seen of a node at its start, and that locks wait on a gateway', async () => {
    await using node = await ApiNode.start({
      waitingFor: () => ['both chains'],
      sealing: { asset: undefined as never, waiting: () => 100_000 },
    });
    using page = await OpenedPage.open(node);
    assert.match(page.text('state'), /^waiting for both chains/);
    assert.equal(page.look('state'), 'bad');
    assert.match(page.text('figures'), /^locks to be sealed 100,000 /);
    assert.equal(page.text('messages'), 'nothing is sealed yet');
    assert.equal(page.text('queues'), 'nothing waits');
    assert.equal(page.text('peers'), 'this node is alone');
  });

  it('tells what happens as it happens, as text and never as markup', async () => {
    await using node = await ApiNode.start();
    using page = await OpenedPage.open(node);
    assert.equal(page.text('events'), 'nothing since this page was opened');
    node.modules.live.say('fault', LANE, { code: 'X', sentence: '<img src=x>' });
    await until('the event to be shown', () => page.count('#events b') === 1);
    assert.match(page.text('events'), /fault laneId 7 code X sentence <img src=x>$/);
    assert.equal(page.count('img'), 0);
    for (let number = 0; number < 120; number++) node.modules.live.say('locked', LANE, { messages: number });
    await until('the newest to be shown', () => page.text('events').includes('messages 119'));
    assert.equal(page.count('#events li'), 100);
  });

  it('shows numbers above 2^53 to the last unit', async () => {
    await using node = await ApiNode.start();
    node.modules.lanes.adopt({ laneId: LANE, epoch: 9_007_199_254_740_993n }, { epoch: 2n ** 53n });
    using page = await OpenedPage.open(node);
    assert.match(page.text('lanes'), /9,007,199,254,740,993 9,007,199,254,740,992/);
  });

  it('does not leave it to the reader to see that units are missing', async () => {
    await using node = await ApiNode.start();
    const { supplies } = node.modules;
    const [laneId, read] = [LANE, await supplies.read(LANE)];
    supplies.read = () =>
      Promise.resolve({ ...read, records: read.records.map((one) => ({ ...one, difference: -2n })) });
    supplies.last = () => ({ ...read, laneId, records: read.records.map((one) => ({ ...one, difference: -2n })) });
    using page = await OpenedPage.open(node);
    assert.match(page.text('supply'), /-2$/);
    assert.equal(page.count('#supply .bad'), 1);
    assert.match(page.text('figures'), /supply differs$/);
  });

  it('says when the node is gone, and when one thing is not to be had goes on with the others', async () => {
    await using node = await ApiNode.start();
    using page = await OpenedPage.open(node);
    const { supplies } = node.modules;
    supplies.read = () => Promise.reject(new Fault('CHAIN_UNREACHABLE', 'the trading chain is away'));
    await page.again();
    assert.equal(page.text('supply'), 'CHAIN_UNREACHABLE: the trading chain is away');
    assert.equal(page.look('state'), 'good');
    node.watchers.close();
    await node.app.close();
    await page.again();
    assert.equal(page.text('state'), 'the node does not answer');
    assert.equal(page.look('state'), 'bad');
  });
});
