import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { bounceTargetOf, Fault } from '@twinspan/protocol';
import { laneKey, numberKey, recordKey } from '../../../src/db/keys.ts';
import { ApiNode, LANE, NOW_MS, OTHER_RIGHTS, recipientOf, RIGHTS, TX } from '../../fakes/apiNode.ts';

const ATTESTOR = `0x${'a1'.repeat(20)}` as const;
const STRANGER = `0x${'a2'.repeat(20)}` as const;
const card = {
  operator: 'registry',
  roles: ['attestor', 'carrier'],
  peerId: '12D3registry',
  evmAddress: ATTESTOR,
} as const;

const BEHAVIOUR = {
  ...{ connectedSinceMs: NOW_MS, lastSeenMs: NOW_MS, isListening: true, score: 1.5, offences: 0, shutOutUntilMs: 0 },
  items: { accept: 3, ignore: 2, reject: 0 },
};

describe('the API says', () => {
  let node: ApiNode;
  const get = async (url: string): Promise<unknown> => {
    const { status, body } = await node.get(url);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const messages = async (query: string): Promise<string[]> => {
    const page = (await get(`/v1/messages?${query}`)) as { messages: { message: string; stage: string }[] };
    return page.messages.map(({ message, stage }) => `${message} ${stage}`);
  };

  before(async () => {
    node = await ApiNode.start({
      cards: [
        { ...card, node: 'registry-1' },
        { ...card, node: 'custodian-1', operator: 'custodian', evmAddress: STRANGER, roles: ['gateway'] },
      ],
      peers: () => [{ ...card, node: 'registry-1', ...BEHAVIOUR }],
    });
    await node.crossed();
    const { tables } = node.modules;
    const writes = tables.writes('peers/bundle');
    const moment = { block: 95n, txHash: TX, atMs: NOW_MS };
    const hold = { laneId: LANE, rightsId: RIGHTS, recipient: recipientOf(6), units: 5n, held: moment } as const;
    // Message 4 is held, 5 was minted by a retry, 6 was bounced and is home, 7 was bounced and is not.
    const ended = { ...moment, how: 'bounced' } as const;
    writes.put(tables.holds, laneKey(LANE, 4n), { ...hold, message: 4n, reason: 'TOKEN_PAUSED' });
    writes.put(tables.holds, laneKey(LANE, 5n), {
      ...{ ...hold, message: 5n, reason: 'RECIPIENT_REFUSED' },
      ended: { ...moment, how: 'minted' },
    });
    for (const [message, index] of [
      [6n, 0n],
      [7n, 1n],
    ] as const) {
      writes.put(tables.holds, laneKey(LANE, message), {
        ...{ ...hold, message, reason: 'RECORD_NOT_BACKED', ended, outboxIndex: index },
      });
      writes.put(tables.releases, laneKey(LANE, index), {
        ...{ laneId: LANE, index, kind: 'BOUNCE', rightsId: RIGHTS, units: 5n, target: bounceTargetOf(message) },
        outboxed: { block: 60n + 30n * index, txHash: TX, atMs: NOW_MS },
        released: index === 0n ? { block: 12n, txId: 'tx', atMs: NOW_MS } : undefined,
      });
    }
    const entry = { kind: 'BOUNCE', rightsId: RIGHTS, units: 5n, target: bounceTargetOf(7n), block: 90n } as const;
    writes.put(tables.outbox, laneKey(LANE, 1n), { laneId: LANE, index: 1n, ...entry });
    const attestation = { blockNumber: 90n, blockHash: TX, stateRoot: TX, signature: `0x${'00'.repeat(65)}` } as const;
    const signed = { ...attestation, attestor: STRANGER, seen: { atMs: NOW_MS, from: 'registry-1' } };
    writes.put(tables.attestations, `${numberKey(90n)}/${STRANGER}`, signed);
    writes.put(tables.evidence, 'one', {
      ...{ attestor: STRANGER, blockNumber: 90n },
      statements: [signed, { ...signed, stateRoot: `0x${'cd'.repeat(32)}` }],
    });
    writes.put(tables.released, numberKey(LANE), { laneId: LANE, through: 1n, block: 12n, txId: 'tx', atMs: NOW_MS });
    writes.put(tables.records, recordKey(LANE, RIGHTS), { laneId: LANE, rightsId: RIGHTS, token: recipientOf(99) });
    tables.queues.release.add(writes, laneKey(LANE, 90n), { laneId: LANE, blockNumber: 90n });
    tables.queues.retry.add(writes, laneKey(LANE, 4n), { laneId: LANE, message: 4n, reason: 'TOKEN_PAUSED' });
    await writes.commit();
    const parking = tables.writes('mint-retry/park');
    const job = tables.queues.retry.get(laneKey(LANE, 4n)) ?? assert.fail();
    tables.queues.retry.park(parking, job, new Fault('FUNDS_SHORT', 'no ether'));
    await parking.commit();
  });

  after(() => node[Symbol.asyncDispose]());

  it('which messages there are, the newest first, each with its stage', async () => {
    assert.deepEqual(await messages('limit=12'), [
      ...['11 endorsed', '10 endorsed', '9 endorsed', '8 endorsed'],
      ...['7 bounced', '6 released', '5 minted', '4 held'],
      ...['3 final', '2 final', '1 final', '0 final'],
    ]);
  });

  it('the same page by page', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const page = (await get(`/v1/messages?limit=5${cursor}`)) as { messages: { message: string }[]; next?: string };
      seen.push(...page.messages.map(({ message }) => message));
      if (page.next === undefined) break;
      cursor = `&cursor=${page.next}`;
    }
    assert.deepEqual(seen, ['11', '10', '9', '8', '7', '6', '5', '4', '3', '2', '1', '0']);
  });

  it('only those that a filter asks for', async () => {
    assert.deepEqual(await messages('stage=held'), ['4 held']);
    assert.deepEqual(await messages('reason=RECIPIENT_REFUSED'), ['5 minted']);
    assert.deepEqual(await messages(`recipient=${recipientOf(3)}`), ['2 final']);
    assert.deepEqual(await messages(`record=${OTHER_RIGHTS}&stage=final`), ['3 final', '2 final']);
    assert.deepEqual(await messages('lane=8'), []);
  });

  it('where the units of each message are', async () => {
    const where = async (index: number): Promise<string> => {
      const { whereabouts } = (await get(`/v1/messages/7/${index}`)) as {
        whereabouts: { chain: string; sentence: string };
      };
      return `${whereabouts.chain}: ${whereabouts.sentence}`;
    };
    assert.equal(await where(9), 'between the chains: sealed in epoch 3, which waits to be carried');
    assert.equal(await where(7), 'between the chains: bounced: in the outbox, to be released');
    assert.equal(await where(6), 'asset chain: released: back in the holding that they were locked from');
    assert.equal(await where(5), "trading chain: minted by a retry: in the recipient's balance");
    assert.equal(await where(4), 'trading chain: held by the bridge for TOKEN_PAUSED');
    assert.equal(await where(1), "trading chain: minted: in the recipient's balance");
  });

  it('the life of a message, step by step, and why it is stuck', async () => {
    node.modules.lastFaults.watch({
      ...{ stage: 'mint-retry', transferId: '7/message/4', startedAtMs: 1, endedAtMs: NOW_MS, outcome: 'park' },
      fault: new Fault('FUNDS_SHORT', 'no ether'),
    });
    const body = (await get('/v1/messages/7/4')) as { life: { step: string }[]; parked: unknown; lastFault: unknown };
    assert.deepEqual(
      body.life.map(({ step }) => step),
      ['sealed', 'endorsed', 'delivered', 'held'],
    );
    assert.deepEqual(body.parked, { code: 'FUNDS_SHORT', sentence: 'no ether' });
    assert.deepEqual(body.lastFault, { code: 'FUNDS_SHORT', sentence: 'no ether', stage: 'mint-retry', atMs: NOW_MS });
    const home = (await get('/v1/messages/7/6')) as { life: { step: string }[] };
    assert.deepEqual(
      home.life.map(({ step }) => step),
      ['sealed', 'endorsed', 'delivered', 'held', 'bounced', 'outboxed', 'released'],
    );
  });

  it('a delivery that a reorganization took back is one no more', async () => {
    node.modules.lanes.rewind(LANE, 1n);
    assert.deepEqual(await messages('limit=6'), [
      ...['11 endorsed', '10 endorsed', '9 endorsed', '8 endorsed'],
      ...['7 endorsed', '6 endorsed'],
    ]);
    const { life } = (await get('/v1/messages/7/4')) as { life: { step: string }[] };
    assert.deepEqual(
      life.map(({ step }) => step),
      ['sealed', 'endorsed'],
    );
    node.modules.lanes.rewind(LANE, 2n);
  });

  it('no message as minted before the chain told what became of it', async () => {
    node.modules.lanes.delivered(LANE, 3n);
    assert.deepEqual(await messages('limit=1'), ['11 endorsed']);
    const { deliveries } = node.modules.tables;
    const told = { block: 96n, txHash: TX };
    await node.modules.tables.writes('trading-feed/apply').put(deliveries, laneKey(LANE, 3n), told).commit();
    assert.deepEqual(await messages('limit=1'), ['11 delivered']);
    await node.modules.tables.writes('trading-feed/apply').del(deliveries, laneKey(LANE, 3n)).commit();
    node.modules.lanes.rewind(LANE, 2n);
  });

  it('how far epochs are', async () => {
    const { epochs } = (await get('/v1/epochs?lane=7')) as { epochs: { epoch: string; stage: string }[] };
    assert.deepEqual(
      epochs.map(({ epoch, stage }) => `${epoch} ${stage}`),
      ['3 endorsed', '2 delivered', '1 final'],
    );
    const first = (await get('/v1/epochs?limit=2')) as { next: string };
    const second = (await get(`/v1/epochs?limit=2&cursor=${first.next}`)) as {
      epochs: { epoch: string }[];
      next?: string;
    };
    assert.deepEqual([second.epochs.map(({ epoch }) => epoch), second.next], [['1'], undefined]);
  });

  it('which releases wait, and whose signatures they have and miss', async () => {
    const { releases } = (await get('/v1/releases')) as {
      releases: { index: string; state: string; checkpoints: unknown }[];
    };
    assert.deepEqual(
      releases.map(({ index, state }) => `${index} ${state}`),
      ['1 waiting', '0 released'],
    );
    assert.deepEqual(releases[0]?.checkpoints, [{ block: '90', signed: [STRANGER], missing: [ATTESTOR], attempts: 0 }]);
    const { releases: none } = (await get('/v1/releases?state=unfinal')) as { releases: unknown[] };
    assert.deepEqual(none, []);
  });

  it('that an entry is home which the node no longer waits for, although it does not see the asset chain', async () => {
    const { tables } = node.modules;
    const row = (await tables.outbox.get(laneKey(LANE, 1n))) ?? assert.fail();
    await tables.writes('release-confirm/confirmed').del(tables.outbox, laneKey(LANE, 1n)).commit();
    const { releases } = (await get('/v1/releases?state=released')) as { releases: { index: string }[] };
    assert.deepEqual(
      releases.map(({ index }) => index),
      ['1', '0'],
    );
    assert.deepEqual(await messages('stage=released'), ['7 released', '6 released']);
    await tables.writes('release-confirm/confirmed').put(tables.outbox, laneKey(LANE, 1n), row).commit();
  });

  it('how far lanes are, and which are paused', async () => {
    await node.modules.pauses.pause(LANE, 'a test');
    const { lanes } = (await get('/v1/lanes')) as { lanes: Record<string, unknown>[] };
    const { sealed, delivered, undelivered, releasedThrough, paused } = lanes[0] ?? assert.fail();
    assert.deepEqual([sealed, delivered, undelivered, releasedThrough], ['3', '2', 1, '1']);
    assert.deepEqual(paused, { atMs: NOW_MS, reason: 'a test' });
    await node.modules.pauses.resume(LANE);
  });

  it('the supply of both chains and whether it agrees', async () => {
    const { lanes } = (await get('/v1/supply')) as { lanes: { agree: boolean; records: Record<string, string>[] }[] };
    assert.equal(lanes[0]?.agree, true);
    assert.deepEqual(lanes[0].records[0], {
      ...{ rightsId: RIGHTS, token: recipientOf(99), sealed: '10', released: '0', attested: '8' },
      ...{ minted: '5', held: '1', outboxed: '2', inFlight: '2', difference: '0' },
    });
  });

  it('which records there are', async () => {
    const { records } = (await get('/v1/records?lane=7')) as { records: unknown[] };
    assert.deepEqual(records, [{ laneId: '7', rightsId: RIGHTS, token: recipientOf(99) }]);
    assert.deepEqual(((await get(`/v1/records?lane=7&after=${RIGHTS}`)) as { records: unknown[] }).records, []);
  });

  it('who the other nodes are and what attestors signed', async () => {
    const { peers } = (await get('/v1/peers')) as { peers: { node: string; isConnected: boolean }[] };
    assert.deepEqual(
      peers.map(({ node: name, isConnected }) => [name, isConnected]),
      [['registry-1', true]],
    );
    const { evidence } = (await get('/v1/evidence')) as {
      evidence: { block: string; statements: { stateRoot: string }[] }[];
    };
    assert.deepEqual(
      evidence.map(({ block, statements }) => [block, statements.map(({ stateRoot }) => stateRoot)]),
      [['90', [TX, `0x${'cd'.repeat(32)}`]]],
    );
    const { attestors } = (await get('/v1/attestors')) as { attestors: Record<string, unknown>[] };
    assert.deepEqual(attestors, [
      { operator: 'registry', address: ATTESTOR, nodes: ['registry-1'], attestations: 0, contradictions: 0 },
      { address: STRANGER, nodes: [], attestations: 1, lastBlock: '90', lastSeenMs: NOW_MS, contradictions: 1 },
    ]);
  });

  it('what waits', async () => {
    const { queues } = (await get('/v1/queues')) as { queues: Record<string, { length: number; parked: number }> };
    assert.deepEqual([queues.deliver?.length, queues.retry?.parked], [1, 1]);
    const { jobs } = (await get('/v1/queues/retry?parked=true')) as {
      jobs: { id: string; parked: { code: string } }[];
    };
    assert.deepEqual(
      jobs.map(({ id, parked }) => [id, parked.code]),
      [[laneKey(LANE, 4n), 'FUNDS_SHORT']],
    );
    assert.deepEqual(((await get('/v1/queues/deliver?parked=true')) as { jobs: unknown[] }).jobs, []);
  });

  it('where the node stands', async () => {
    const status = (await get('/v1/status')) as Record<string, unknown>;
    assert.deepEqual(status.tradingChain, { applied: '100', final: '90' });
    assert.deepEqual(status.peers, { connected: 1, known: 1 });
    assert.deepEqual(status.parked, [
      { queue: 'retry', id: laneKey(LANE, 4n), code: 'FUNDS_SHORT', sentence: 'no ether' },
    ]);
  });
});
