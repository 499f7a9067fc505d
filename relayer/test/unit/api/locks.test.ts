import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeHeader, encodeWords, Fault, hexFromBytes, lockIdOf, ZERO_WORD } from '@twinspan/protocol';
import type { BatchView, EpochView, LockPlace, LockTrace } from '@twinspan/sdk';
import type { ApiModules, LockChain } from '../../../src/api/modules.ts';
import { laneKey } from '../../../src/db/keys.ts';
import { ApiNode, LANE, NOW_MS, OTHER_RIGHTS, recipientOf, RIGHTS, stateWith } from '../../fakes/apiNode.ts';

const LOCKED_AT = 1_699_999_000;
const batchIdOf = (number: number): string => number.toString(16).padStart(64, '0');
const LOCK = lockIdOf(batchIdOf(1), 1);

function traceOf(lockId: string, place: LockPlace): LockTrace {
  const inside = { account: 'treasury', reference: 'our secret' };
  return { lockId, rightsId: RIGHTS, recipient: recipientOf(5), units: 9n, place, ...inside };
}

/** Epoch 4 of two messages, 12 and 13: sealed, and not endorsed yet. */
function epochFour(): EpochView {
  const messages = [9n, 5n].map((units) => ({ kind: 'MINT', slot: 0, units, recipient: recipientOf(5) }) as const);
  const words = encodeWords({ states: [stateWith(RIGHTS), stateWith(OTHER_RIGHTS)], messages });
  const counts = { firstMessage: 12n, messageCount: 2, stateCount: 2 };
  const header = encodeHeader({
    ...{ assetChainId: ZERO_WORD, laneId: LANE, tradingChainId: 31_337n, bridge: recipientOf(7), epoch: 4n },
    ...{ previousHeader: ZERO_WORD, ...counts, wordsHash: ZERO_WORD, detailsHash: ZERO_WORD },
    ...{ sealedAt: 1_700_000_000n, releasedThrough: 0n },
  });
  const locks = [traceOf(LOCK, { state: 'pending' }), traceOf(lockIdOf(batchIdOf(1), 0), { state: 'pending' })];
  const hex = { header: hexFromBytes(header), words: hexFromBytes(words) };
  return { laneId: LANE, epoch: 4n, ...counts, ...hex, details: { locks }, rightsIds: [RIGHTS, OTHER_RIGHTS] };
}

/** A peer on which the lock stands at `place`, and of which nothing else is asked. */
function peerWith(place: LockPlace, changes: Partial<LockChain> = {}): NonNullable<ApiModules['sealing']> {
  const batch: BatchView = {
    batchId: batchIdOf(1),
    laneId: LANE,
    locks: [traceOf(lockIdOf(batchIdOf(1), 0), { state: 'pending' }), traceOf(LOCK, place)],
  };
  const asset: LockChain = {
    lane: () => assert.fail('lane'),
    epoch: () => assert.fail('epoch'),
    pendingLocksPage: () => assert.fail('pendingLocksPage'),
    locks: (batchId) => Promise.resolve(batchId === batch.batchId ? batch : undefined),
    outcome: (txId) =>
      Promise.resolve(txId === batch.batchId ? { valid: true, validationCode: 0, atSeconds: LOCKED_AT } : undefined),
    ...changes,
  };
  return { asset, waiting: () => 3 };
}

type Life = Record<'stage' | 'message' | 'epoch', string> & {
  life: { step: string; atMs: number }[];
  whereabouts: { chain: string; sentence: string };
};

async function lifeAt(node: ApiNode, path: string): Promise<Life> {
  const { status, body } = await node.get(path);
  assert.equal(status, 200, JSON.stringify(body));
  return body as unknown as Life;
}

const steps = ({ life }: Life): string[] => life.map(({ step }) => step);

describe('a lock that is not sealed', () => {
  it('is seen with its time and the place of its units', async () => {
    await using node = await ApiNode.start({ sealing: peerWith({ state: 'pending' }) });
    const lock = await lifeAt(node, `/v1/locks/${LOCK}`);
    assert.equal(lock.stage, 'locked');
    assert.deepEqual(lock.life, [{ step: 'locked', atMs: LOCKED_AT * 1_000 }]);
    assert.deepEqual(lock.whereabouts, { chain: 'asset chain', sentence: 'locked: waits to be sealed into an epoch' });
    assert.doesNotMatch(JSON.stringify(lock), /treasury|secret/);
  });

  it('says why it waits: what the seal failed with, and that its lane is paused here', async () => {
    await using node = await ApiNode.start({ sealing: peerWith({ state: 'pending' }) });
    const { tables, pauses, lastFaults } = node.modules;
    const job = { id: `${LANE}`, body: { laneId: LANE }, attempts: 1, notBeforeMs: 0, addedAtMs: NOW_MS };
    const writes = tables.writes('mint-seal/park');
    tables.queues.seal.park(writes, job, new Fault('FORBIDDEN', 'not the custodian'));
    await writes.commit();
    lastFaults.watch({
      ...{ stage: 'mint-seal', transferId: `${LANE}/4`, startedAtMs: 1, endedAtMs: NOW_MS, outcome: 'park' },
      fault: new Fault('FORBIDDEN', 'not the custodian'),
    });
    await pauses.pause(LANE, 'a look');
    const { body } = await node.get(`/v1/locks/${LOCK}`);
    assert.deepEqual(body.parked, { code: 'FORBIDDEN', sentence: 'not the custodian' });
    assert.deepEqual(body.lastFault, {
      code: 'FORBIDDEN',
      sentence: 'not the custodian',
      stage: 'mint-seal',
      atMs: NOW_MS,
    });
    assert.equal(body.isLanePaused, true);
  });

  it('goes home when it is cancelled', async () => {
    await using node = await ApiNode.start({ sealing: peerWith({ state: 'cancelled' }) });
    const lock = await lifeAt(node, `/v1/locks/${LOCK}`);
    assert.equal(lock.stage, 'cancelled');
    assert.match(lock.whereabouts.sentence, /cancelled before it was sealed/);
  });

  it('is counted with its lane', async () => {
    await using node = await ApiNode.start({ sealing: peerWith({ state: 'pending' }) });
    const { lanes } = (await node.get('/v1/lanes')).body as unknown as { lanes: { waitingLocks: number }[] };
    assert.deepEqual(
      lanes.map(({ waitingLocks }) => waitingLocks),
      [3],
    );
  });
});

describe('the place of a lock moves on', () => {
  const sealed = { state: 'sealed', epoch: 4n, message: 12n } as const;
  const onChain = {
    lane: () => Promise.resolve({ epoch: 4n, nextMessage: 14n } as never),
    epoch: (_lane: bigint, epoch: bigint) =>
      Promise.resolve(epoch === 4n ? epochFour() : { ...epochFour(), epoch: 3n, firstMessage: 8n, messageCount: 4 }),
  };

  it('to its epoch before that is endorsed, under both of its names', async () => {
    await using node = await ApiNode.start({ sealing: peerWith(sealed, onChain) });
    await node.crossed();
    const lock = await lifeAt(node, `/v1/locks/${LOCK}`);
    assert.deepEqual([lock.stage, lock.epoch, lock.message], ['sealed', '4', '12']);
    assert.deepEqual(steps(lock), ['locked', 'sealed']);
    assert.equal(lock.whereabouts.sentence, 'sealed in epoch 4, which waits to be endorsed');
    const { lockId, ...same } = lock as Life & { lockId: string };
    assert.deepEqual(await lifeAt(node, `/v1/messages/${LANE}/12`), same);
    assert.equal(lockId, LOCK);
    const { status } = await node.get(`/v1/messages/${LANE}/14`);
    assert.equal(status, 404);
  });

  it('through endorsement and delivery', async () => {
    const first = { state: 'sealed', epoch: 1n, message: 0n } as const;
    const epoch = { ...epochFour(), epoch: 1n, firstMessage: 0n };
    const asset = { ...onChain, epoch: () => Promise.resolve(epoch) };
    await using node = await ApiNode.start({ sealing: peerWith(first, asset) });
    await node.crossed();
    const lock = await lifeAt(node, `/v1/locks/${LOCK}`);
    assert.deepEqual([lock.stage, lock.message], ['final', '0']);
    assert.deepEqual(steps(lock), ['locked', 'sealed', 'endorsed', 'delivered']);
    assert.equal(lock.life[0]?.atMs, LOCKED_AT * 1_000);
  });

  it('and what is known of a message is told when the peer does not answer', async () => {
    const silent = { epoch: () => Promise.reject(new Fault('CHAIN_UNREACHABLE', 'the peer is down')) };
    await using node = await ApiNode.start({ sealing: peerWith(sealed, silent) });
    await node.crossed();
    assert.deepEqual(steps(await lifeAt(node, `/v1/messages/${LANE}/1`)), ['sealed', 'endorsed', 'delivered']);
  });

  it('a message that waits for endorsements says how often that failed', async () => {
    await using node = await ApiNode.start({ sealing: peerWith(sealed, onChain) });
    await node.crossed();
    const { endorse } = node.modules.tables.queues;
    const writes = node.modules.tables.writes('mint-endorse/postpone');
    endorse.add(writes, laneKey(LANE, 4n), { laneId: LANE, epoch: 4n });
    await writes.commit();
    const postponing = node.modules.tables.writes('mint-endorse/postpone');
    endorse.postpone(postponing, endorse.get(laneKey(LANE, 4n)) ?? assert.fail());
    await postponing.commit();
    const { body } = await node.get(`/v1/messages/${LANE}/13`);
    assert.equal(body.attempts, 1);
  });
});

interface Page {
  readonly batches: readonly { lockedAtMs?: number; locks: object[] }[];
  readonly next: string;
}

describe('what waits to be sealed', () => {
  it('is read page by page, and never more than a page', async () => {
    const asked: unknown[] = [];
    const waiting = 100_000;
    const pendingLocksPage: LockChain['pendingLocksPage'] = (laneId, page) => {
      asked.push({ laneId, ...page });
      const from = page.bookmark === undefined ? 0 : Number.parseInt(page.bookmark, 16);
      const batches = Array.from({ length: page.size }, (_, place) => batchIdOf(from + place + 1));
      const locks = batches.flatMap((batchId) =>
        [0, 1].map((place) => traceOf(lockIdOf(batchId, place), { state: 'pending' })),
      );
      const end = from + page.size;
      return Promise.resolve({ locks, bookmark: end < waiting ? end.toString(16).padStart(8, '0') : undefined });
    };
    await using node = await ApiNode.start({ sealing: peerWith({ state: 'pending' }, { pendingLocksPage }) });
    const first = (await node.get(`/v1/locks?lane=${LANE}`)).body as unknown as Page;
    assert.equal(first.batches.length, 10);
    assert.deepEqual(first.batches[0], {
      ...{ laneId: `${LANE}`, lockedAtMs: LOCKED_AT * 1_000 },
      locks: Array.from({ length: 2 }, () => ({ rightsId: RIGHTS, recipient: recipientOf(5), units: '9' })),
    });
    const second = (await node.get(`/v1/locks?lane=${LANE}&limit=20&cursor=${first.next}`)).body as unknown as Page;
    assert.equal(second.batches.length, 20);
    assert.deepEqual(asked, [
      { laneId: LANE, size: 10 },
      { laneId: LANE, size: 20, bookmark: first.next },
    ]);
  });

  const refusals = [
    ['?lane=8', 404, 'NOT_FOUND', /no lane 8/],
    [`?lane=${LANE}&limit=21`, 400, 'REQUEST_BAD', /1 to 20/],
    [`?lane=${LANE}&cursor=xyz`, 400, 'REQUEST_BAD', /`next` of the page before/],
    ['', 400, 'REQUEST_BAD', /lane/],
    [`/${batchIdOf(9)}`, 400, 'REQUEST_BAD', /id of a lock/],
    [`/${lockIdOf(batchIdOf(9), 0)}`, 404, 'NOT_FOUND', /there is no lock/],
    [`/${lockIdOf(batchIdOf(1), 2)}`, 404, 'NOT_FOUND', /there is no lock/],
  ] as const;
  for (const [path, status, code, sentence] of refusals) {
    it(`refuses /v1/locks${path.slice(0, 20)} with ${code}`, async () => {
      await using node = await ApiNode.start({ sealing: peerWith({ state: 'pending' }) });
      const answer = await node.get(`/v1/locks${path}`);
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.equal(answer.body.code, code);
      assert.match(JSON.stringify(answer.body), sentence);
    });
  }

  it('is not seen by a node without the role gateway, which says who sees it', async () => {
    await using node = await ApiNode.start();
    for (const path of [`?lane=${LANE}`, `/${LOCK}`]) {
      const { status, body } = await node.get(`/v1/locks${path}`);
      assert.equal(status, 404);
      assert.match(JSON.stringify(body), /role gateway/);
    }
  });
});
