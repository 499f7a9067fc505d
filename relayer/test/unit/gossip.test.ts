import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { attestorAddressOf, Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { bundleFromWire, bundleToWire } from '@twinspan/sdk';
import { pino } from 'pino';
import { Metrics } from '../../src/metrics.ts';
import { Gate } from '../../src/peers/gate.ts';
import type { Judgement, Receive } from '../../src/peers/gate.ts';
import { receiveAttestations, receiveBundle } from '../../src/peers/receivers.ts';
import { MAX_MESSAGE_BYTES } from '../../src/peers/topics.ts';
import type { TopicName } from '../../src/peers/topics.ts';
import { Attestations, attestationToWire } from '../../src/release/attestations.ts';
import { MemoryAsset } from '../fakes/memoryAsset.ts';
import { MemoryNode } from '../fakes/memoryNode.ts';
import { BRIDGE } from '../fakes/memoryBridge.ts';
import { MemoryTrading, TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';

const gate = { metrics: new Metrics(), log: pino({ level: 'silent' }) };
const tell = (topic: TopicName, text: string, receive: Receive): Promise<Judgement> =>
  new Gate({ bundles: receive, attestations: receive }, gate).judge(topic, Buffer.from(text), 'b');

describe('the gate before peers', () => {
  it('does not even look at an item that is too long', async () => {
    const text = 'x'.repeat(MAX_MESSAGE_BYTES.attestations + 1);
    assert.equal(await tell('attestations', text, () => assert.fail('looked at')), 'reject');
  });

  it('blames a peer for what is wrong, not for what cannot be judged now', async () => {
    const refusing =
      (fault: Fault): Receive =>
      () =>
        Promise.reject(fault);
    assert.equal(await tell('bundles', '', refusing(new Fault('SIGNATURE_BAD', 'no'))), 'reject');
    assert.equal(await tell('bundles', '', refusing(new Fault('CHAIN_UNREACHABLE', 'down'))), 'ignore');
    for (const code of ['STORE_FULL', 'STORE_CORRUPT', 'INTERNAL', 'SIGNER_UNKNOWN'] as const)
      assert.equal(await tell('bundles', '', refusing(new Fault(code, 'ours'))), 'ignore', code);
    assert.equal(await tell('bundles', '', refusing(new Fault('HEADER_BAD', 'halts, and is of the item'))), 'reject');
    assert.equal(await tell('bundles', '', () => Promise.resolve('known')), 'ignore');
    assert.equal(await tell('bundles', '', () => Promise.resolve('news')), 'accept');
  });

  it('verifies what two peers send at once but once', async () => {
    const looks: string[][] = [];
    const receive: Receive = async (...item) => {
      looks.push(item);
      await new Promise((resolve) => setImmediate(resolve));
      return 'news';
    };
    const twice = new Gate({ bundles: receive, attestations: receive }, gate);
    const item = Buffer.from('the same');
    assert.deepEqual(await Promise.all([twice.judge('bundles', item, 'b'), twice.judge('bundles', item, 'c')]), [
      'accept',
      'ignore',
    ]);
    assert.deepEqual(looks, [['the same', 'b']]);
    assert.equal(await twice.judge('bundles', item, 'c'), 'accept');
  });
});

describe('what peers send', () => {
  let asset: MemoryAsset;
  let trading: MemoryTrading;
  let sender: MemoryNode;
  let receiver: MemoryNode;
  const clock = (): number => 1_000_000;
  const options = { node: 'auditor', nodes: ['custodian', 'auditor'], mspId: 'AuditorMSP', clock };

  beforeEach(async () => {
    asset = new MemoryAsset(TRADING_CHAIN_ID, BRIDGE);
    trading = new MemoryTrading();
    sender = await MemoryNode.start({ node: 'custodian', mspId: 'CustodianMSP', clock }, asset, trading);
    receiver = await MemoryNode.start(options, asset, trading);
    asset.lock(5n);
    await sender.settle();
  });

  afterEach(() => Promise.all([sender.remove(), receiver.remove()]));

  const bundles = (): Receive => receiveBundle(receiver.options, receiver.modules);

  it('a bundle enters the pipeline once', async () => {
    const [wire = ''] = sender.bundles;
    assert.equal(await tell('bundles', wire, bundles()), 'accept');
    assert.equal(receiver.tables.queues.deliver.size, 1);
    assert.equal(await tell('bundles', wire, bundles()), 'ignore');
  });

  it('a bundle with anything changed is refused and leaves no trace', async () => {
    const good = bundleFromWire(sender.bundles[0] ?? '');
    const flip = (hex: Hex, place: number): Hex =>
      `0x${hex.slice(2, place)}${hex[place] === '0' ? '1' : '0'}${hex.slice(place + 1)}`;
    for (const bad of [
      { ...good, words: flip(good.words, good.words.length - 1) },
      { ...good, payload: flip(good.payload, 40) },
      { ...good, endorsements: good.endorsements.slice(0, 2 + 130) as Hex },
      { ...good, endorsements: flip(good.endorsements, 60) },
    ]) {
      assert.equal(await tell('bundles', bundleToWire(bad), bundles()), 'reject');
    }
    assert.equal(await tell('bundles', '{"laneId":1}', bundles()), 'reject');
    assert.equal(receiver.tables.queues.deliver.size, 0);
    assert.equal(await receiver.tables.bundles.get('anything'), undefined);
  });

  it('an attestation counts when an attestor signed exactly this checkpoint', async () => {
    const keys = [1, 2, 3].map((n): Hex => `0x${n.toString().padStart(64, '0')}`);
    const set = { attestors: keys.map(attestorAddressOf).sort(), threshold: 2 };
    const domain = { tradingChainId: TRADING_CHAIN_ID, bridge: BRIDGE };
    const attestations = new Attestations(receiver.tables, domain);
    const receive = receiveAttestations(
      { ...receiver.modules, attestations, clock, attestors: () => Promise.resolve(set.attestors) },
      () => 100n,
    );
    const checkpoint = {
      blockNumber: 100n,
      blockHash: `0x${'aa'.repeat(32)}`,
      stateRoot: `0x${'bb'.repeat(32)}`,
    } as const;
    const [first, second, third] = keys.map((key) => attestations.sign(checkpoint, key));
    assert.ok(first !== undefined && second !== undefined && third !== undefined);

    const stranger = attestations.sign(checkpoint, `0x${'77'.repeat(32)}`);
    assert.equal(await tell('attestations', attestationToWire(stranger), receive), 'ignore');
    assert.equal(attestations.get(100n, stranger.attestor), undefined);
    const forged = { ...first, attestor: second.attestor };
    assert.equal(await tell('attestations', attestationToWire(forged), receive), 'reject');
    const moved = { ...first, stateRoot: checkpoint.blockHash };
    assert.equal(await tell('attestations', attestationToWire(moved), receive), 'reject');
    const far = attestations.sign({ ...checkpoint, blockNumber: 9_999n }, keys[0] ?? '0x');
    assert.equal(await tell('attestations', attestationToWire(far), receive), 'ignore');
    assert.equal(attestations.quorum(100n, set), undefined);

    assert.equal(await tell('attestations', attestationToWire(second), receive), 'accept');
    assert.equal(await tell('attestations', attestationToWire(second), receive), 'ignore');
    const another = { ...second, signature: first.signature };
    assert.equal(await tell('attestations', attestationToWire(another), receive), 'ignore');
    assert.equal(attestations.get(100n, second.attestor)?.signature, second.signature);
    assert.equal(attestations.quorum(100n, set), undefined);
    const split = attestations.sign({ ...checkpoint, stateRoot: `0x${'cc'.repeat(32)}` }, keys[2] ?? '0x');
    assert.equal(await tell('attestations', attestationToWire(split), receive), 'accept');
    assert.equal(attestations.quorum(100n, set), undefined);
    assert.equal(await tell('attestations', attestationToWire(first), receive), 'accept');
    const quorum = attestations.quorum(100n, set);
    assert.deepEqual(quorum?.checkpoint, checkpoint);
    assert.equal(quorum.signatures.length, 2);
  });
});
