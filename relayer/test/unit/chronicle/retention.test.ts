import assert from 'node:assert/strict';
import { it } from 'node:test';
import { chronicle } from '../../../src/chronicle/chronicle.ts';
import { laneKey } from '../../../src/db/keys.ts';
import type { PlaceRow } from '../../../src/db/tables.ts';
import { ApiNode, LANE, TX } from '../../fakes/apiNode.ts';

const KEEP = 256;
/** The heads of the node say that block 90 is final. */
const FINAL = { block: 80n, txHash: TX };

interface Kept {
  readonly epochs: readonly number[];
  readonly contents: readonly number[];
}

async function rowsOf({ modules: { tables } }: ApiNode): Promise<Kept> {
  const numbers = (keys: readonly string[]): number[] => keys.map((key) => Number(key.split('/')[1]));
  return {
    epochs: numbers(await tables.epochs.keys({ limit: 10_000 })),
    contents: numbers(await tables.contents.keys({ limit: 10_000 })),
  };
}

/** So many epochs of one message each, all delivered in a final block but where `deliveryOf` says otherwise. */
async function past(
  node: ApiNode,
  count: number,
  deliveryOf: (epoch: number) => PlaceRow | undefined = () => FINAL,
): Promise<void> {
  const { tables } = node.modules;
  const writes = tables.writes('peers/bundle');
  for (let epoch = 1; epoch <= count; epoch++) {
    const key = laneKey(LANE, BigInt(epoch));
    const place = { laneId: LANE, epoch: BigInt(epoch), firstMessage: BigInt(epoch - 1), messageCount: 1 };
    const row = { ...place, stateCount: 0, sealedAt: 1n, isFinal: false };
    writes.put(tables.epochs, key, row);
    const delivery = deliveryOf(epoch);
    if (delivery !== undefined) writes.put(tables.deliveries, key, delivery);
    writes.put(tables.contents, key, { stateCount: 0, messageCount: 0, words: '0x', endorsedAtMs: 1 });
  }
  await writes.commit();
}

async function deliver({ modules }: ApiNode, epoch: number, keep = KEEP): Promise<void> {
  const observer = chronicle({ ...modules, retention: { epochs: keep } });
  const writes = modules.tables.writes('trading-feed/apply');
  const event = {
    laneId: LANE,
    epoch: BigInt(epoch),
    headerHash: TX,
    firstMessage: BigInt(epoch - 1),
    messageCount: 1,
  };
  const place = { blockNumber: 100n, blockHash: TX, logIndex: 0, txHash: TX };
  await observer.onTrading?.({ name: 'EpochDelivered', ...event, ...place }, writes);
  await writes.commit();
}

it('the oldest epochs of a lane and what they carried leave with those that come, of other lanes nothing', async () => {
  await using node = await ApiNode.start();
  await past(node, 639);
  const { tables } = node.modules;
  const other = { laneId: 6n, epoch: 1n, firstMessage: 0n, messageCount: 1, stateCount: 0, sealedAt: 1n };
  await tables
    .writes('peers/bundle')
    .put(tables.epochs, laneKey(6n, 1n), { ...other, isFinal: true })
    .commit();
  await deliver(node, 640);
  const { epochs, contents } = await rowsOf(node);
  assert.deepEqual([epochs.length, epochs[0], epochs[1], epochs.at(-1)], [KEEP + 1, 1, 385, 640]);
  assert.deepEqual([contents.length, contents[0]], [KEEP - 1, 385]);
});

it('what an epoch carried goes earlier than the epoch, where many are kept', async () => {
  await using node = await ApiNode.start();
  await past(node, 2_111);
  await deliver(node, 2_112, 100_000);
  const { epochs, contents } = await rowsOf(node);
  assert.deepEqual([epochs.length, epochs[0]], [2_112, 1]);
  assert.deepEqual([contents.length, contents[0]], [2_047, 65]);
});

it('a long past goes in bounded batches, from its oldest end', async () => {
  await using node = await ApiNode.start();
  await past(node, 2_623);
  await deliver(node, 2_624);
  assert.equal((await rowsOf(node)).epochs[0], 1_025);
  await deliver(node, 2_688);
  assert.equal((await rowsOf(node)).epochs[0], 2_049);
  await deliver(node, 2_752);
  assert.equal((await rowsOf(node)).epochs[0], 2_497);
});

it('an epoch that is not final stays, and with it all that came after', async () => {
  await using node = await ApiNode.start();
  const late = { block: 91n, txHash: TX };
  await past(node, 639, (epoch) => (epoch === 100 ? late : FINAL));
  await deliver(node, 640);
  assert.equal((await rowsOf(node)).epochs[0], 100);
  node.modules.heads.move(101n, 91n);
  await deliver(node, 704);
  assert.equal((await rowsOf(node)).epochs[0], 449);
});

it('so does one whose delivery was never seen', async () => {
  await using node = await ApiNode.start();
  await past(node, 639, (epoch) => (epoch === 100 ? undefined : FINAL));
  await deliver(node, 640);
  assert.equal((await rowsOf(node)).epochs[0], 100);
});

it('so does one that a stage still looks at', async () => {
  await using node = await ApiNode.start();
  const { tables } = node.modules;
  await past(node, 639);
  const writes = tables.writes('peers/bundle');
  tables.queues.confirmMint.add(writes, laneKey(LANE, 100n), { laneId: LANE, epoch: 100n });
  await writes.commit();
  await deliver(node, 640);
  assert.equal((await rowsOf(node)).epochs[0], 100);
});

it('who asks for what is no longer kept hears so, and not that it is unknown', async () => {
  await using node = await ApiNode.start();
  await past(node, 639);
  await deliver(node, 640);
  const begin = 'of lane 7 is past what this node keeps: it begins with epoch 385 and its first message 384';
  const { status, body } = await node.get('/v1/messages/7/383');
  assert.deepEqual([status, body.code, body.sentence], [410, 'NO_LONGER_KEPT', `message 383 ${begin}`]);
  const answers = ['messages?lane=7&cursor=7:383', 'epochs?lane=7&cursor=7:384'].map((path) => node.get(`/v1/${path}`));
  assert.deepEqual(
    (await Promise.all(answers)).map((answer) => [answer.status, answer.body.code, answer.body.sentence]),
    [
      [410, 'NO_LONGER_KEPT', `message 383 ${begin}`],
      [410, 'NO_LONGER_KEPT', `epoch 384 ${begin}`],
    ],
  );
  const found = ['messages/7/384', 'messages?lane=7&cursor=7:384', 'epochs?lane=7&cursor=7:385', 'epochs?cursor=7:384'];
  for (const path of found) assert.equal((await node.get(`/v1/${path}`)).status, 200, path);
  assert.equal((await node.get('/v1/messages/7/640')).body.code, 'NOT_FOUND');
});

it('what was held or sent home is told as long as the epochs of its time, and while it is not over', async () => {
  await using node = await ApiNode.start();
  const { tables } = node.modules;
  await past(node, 639, (epoch) => ({ block: BigInt(epoch) / 10n, txHash: TX }));
  const writes = tables.writes('trading-feed/apply');
  const moment = (block: bigint) => ({ block, txHash: TX, atMs: 1 });
  const of = { laneId: LANE, rightsId: TX, units: 1n };
  for (const message of [100n, 101n, 382n, 383n]) {
    const held = { ...of, message, recipient: TX, reason: 'RECORD_NOT_BACKED', held: moment(9n) } as const;
    const ended = message === 101n ? undefined : { ...moment(10n), how: 'minted' as const };
    writes.put(tables.holds, laneKey(LANE, message), { ...held, ended });
  }
  for (const [index, block] of [30n, 31n, 32n, 33n, 38n].entries()) {
    const entry = { ...of, index: BigInt(index), kind: 'REDEEM', target: TX } as const;
    const released = index === 1 || index === 3 ? undefined : { block: 1n, txId: 'tx', atMs: 1 };
    writes.put(tables.releases, laneKey(LANE, entry.index), { ...entry, outboxed: moment(block), released });
    if (index === 3) writes.put(tables.outbox, laneKey(LANE, entry.index), { ...entry, block });
  }
  await writes.commit();
  const left = async (): Promise<number[][]> => {
    const keys = await Promise.all([tables.holds, tables.releases].map((table) => table.keys({ limit: 10 })));
    return keys.map((some) => some.map((key) => Number(key.split('/')[1])));
  };
  await deliver(node, 640);
  assert.deepEqual(await left(), [
    [101, 383],
    [3, 4],
  ]);
  await tables.writes('release-confirm/confirmed').del(tables.outbox, laneKey(LANE, 3n)).commit();
  await deliver(node, 704);
  assert.deepEqual(await left(), [[101], []]);
});
