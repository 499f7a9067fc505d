import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { multiaddr } from '@multiformats/multiaddr';
import { answerStream, fetchProtocolOf, MOST_ITEMS } from '../../src/peers/fetch/protocol.ts';
import type { Host } from '../../src/peers/host.ts';
import type { PeerOptions } from '../../src/peers/network.ts';
import { MAX_MESSAGE_BYTES } from '../../src/peers/topics.ts';
import { attestationToWire } from '../../src/release/attestations.ts';
import { LANE, MemoryAsset } from '../fakes/memoryAsset.ts';
import { BRIDGE, MemoryTrading, TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';
import { attestationAt, checkpointAt, inviteGuests, openRude, PeerNode, TIP, until } from '../fakes/peerMesh.ts';
import type { Guests } from '../fakes/peerMesh.ts';

describe('nodes that meet over libp2p', () => {
  let asset: MemoryAsset;
  let trading: MemoryTrading;
  let guests: Guests;
  const closing: (() => Promise<unknown>)[] = [];

  const open = async (place: number, options: Partial<PeerOptions> = {}): Promise<PeerNode> => {
    const node = await PeerNode.open(guests, place, { asset, trading }, options);
    closing.push(() => node.close());
    return node;
  };
  const openAll = async (count: number, options: Partial<PeerOptions> = {}): Promise<PeerNode[]> => {
    const nodes = await Promise.all(Array.from({ length: count }, (_, place) => open(place, options)));
    await until('all hear each other', () => nodes.every((node) => hearersOf(node) >= count - 1));
    return nodes;
  };
  const hearersOf = ({ network }: PeerNode): number => network.facts().filter(({ isListening }) => isListening).length;
  const isWith = (host: Host, { network }: PeerNode): boolean =>
    host.getConnections().some(({ remotePeer }) => remotePeer.toString() === network.peerId);
  /** A guest that keeps no rule, connected to the first node. */
  const rudeTo = async (node: PeerNode, place: number): ReturnType<typeof openRude> => {
    const rude = await openRude(guests, place);
    closing.push(async () => rude.host.stop());
    await rude.host.dial(multiaddr(`${node.network.addresses[0] ?? ''}/p2p/${node.network.peerId}`));
    const hears = (): boolean => rude.host.services.pubsub.getSubscribers(topic('attestations')).length > 0;
    await until('the rude guest is heard', hears);
    return rude;
  };
  const topic = (name: string): string => `/twinspan/1/${BRIDGE}/${name}`;
  const factsOf = (node: PeerNode, name: string): ReturnType<PeerNode['network']['facts']>[number] => {
    const facts = node.network.facts().find((one) => one.node === name);
    assert.ok(facts !== undefined);
    return facts;
  };

  beforeEach(async () => {
    asset = new MemoryAsset(TRADING_CHAIN_ID, BRIDGE);
    trading = new MemoryTrading();
    guests = await inviteGuests(4);
  });

  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });

  it('pass verified items on, and show each other’s facts', async () => {
    const [first, second, third] = await openAll(3);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const row = attestationAt(1n, guests.attestorKeys[0] ?? '0x');
    first.network.publish('attestations', attestationToWire(row));
    for (const { attestations } of [second, third])
      await until('it arrives', () => attestations.get(row.blockNumber, row.attestor) !== undefined);
    const facts = factsOf(second, 'node-0');
    assert.deepEqual([facts.operator, facts.roles], ['node-0', ['carrier', 'attestor']]);
    assert.ok((facts.connectedSinceMs ?? 0) > 0 && (facts.lastSeenMs ?? 0) > 0);
    assert.ok(factsOf(second, 'node-0').items.accept + factsOf(second, 'node-2').items.accept >= 1);
    assert.equal(factsOf(second, 'node-3').connectedSinceMs, undefined);
  });

  it('refuse whoever has no card, both ways', async () => {
    const [node] = await openAll(1, { cards: guests.cards.slice(1, 2) });
    assert.ok(node !== undefined);
    const stranger = await openRude(guests, 3);
    closing.push(async () => stranger.host.stop());
    const target = multiaddr(`${node.network.addresses[0] ?? ''}/p2p/${node.network.peerId}`);
    // The stranger's side may finish its handshake before it hears the refusal.
    await stranger.host.dial(target).catch(() => undefined);
    await until('the stranger is dropped', () => stranger.host.getConnections().length === 0);
    assert.deepEqual(node.network.connected(), []);
  });

  it('shut a peer out that sends garbage, while the others go on', async () => {
    const [first, second] = await openAll(2);
    assert.ok(first !== undefined && second !== undefined);
    const { say, host } = await rudeTo(first, 2);
    for (let n = 0; n < 40; n++) await say('attestations', `{"garbage":${n}}`);
    await until('it is shut out', () => factsOf(first, 'node-2').shutOutUntilMs > Date.now());
    await until('it is disconnected', () => !isWith(host, first));
    assert.equal(factsOf(first, 'node-2').items.accept, 0);
    assert.ok(factsOf(first, 'node-2').items.reject <= 40);
    const row = attestationAt(2n, guests.attestorKeys[1] ?? '0x');
    second.network.publish('attestations', attestationToWire(row));
    await until('it arrives', () => first.attestations.get(row.blockNumber, row.attestor) !== undefined);
    assert.equal(factsOf(second, 'node-0').items.reject, 0);
  });

  it('do not look at an item that is too long, and think less of its sender', async () => {
    const [first] = await openAll(1);
    assert.ok(first !== undefined);
    const { say } = await rudeTo(first, 2);
    await say('attestations', 'x'.repeat(MAX_MESSAGE_BYTES.attestations + 1));
    await until('it is rejected', () => factsOf(first, 'node-2').items.reject === 1);
    assert.ok(factsOf(first, 'node-2').offences > 1);
  });

  it('refuse what is signed by another than it names', async () => {
    const [first] = await openAll(1);
    assert.ok(first !== undefined);
    const { say } = await rudeTo(first, 2);
    const row = attestationAt(3n, guests.attestorKeys[2] ?? '0x');
    await say('attestations', attestationToWire({ ...row, attestor: guests.set.attestors[0] ?? '0x' }));
    const strange = attestationAt(3n, `0x${'77'.repeat(32)}`);
    await say('attestations', attestationToWire(strange));
    const { items } = factsOf(first, 'node-2');
    await until('neither is kept', () => items.reject === 1 && items.ignore === 1);
    assert.equal(first.attestations.get(strange.blockNumber, strange.attestor), undefined);
    await say('attestations', attestationToWire(row));
    await until('the true one is kept', () => first.attestations.get(row.blockNumber, row.attestor) !== undefined);
  });

  it('ignore a replay and hold nothing against it', async () => {
    const [first] = await openAll(1);
    assert.ok(first !== undefined);
    const { say } = await rudeTo(first, 2);
    const text = attestationToWire(attestationAt(4n, guests.attestorKeys[2] ?? '0x'));
    for (let n = 0; n < 50; n++) await say('attestations', text);
    const { items } = factsOf(first, 'node-2');
    await until('all have come', () => items.accept + items.ignore === 50);
    assert.equal(items.accept, 1);
    assert.equal(factsOf(first, 'node-2').offences, 0);
  });

  it('slow a flood down to its share and end it, while honest items pass', async () => {
    const [first, second] = await openAll(2, { itemsPerSecond: 100 });
    assert.ok(first !== undefined && second !== undefined);
    const { say, host } = await rudeTo(first, 2);
    const text = attestationToWire(attestationAt(5n, guests.attestorKeys[2] ?? '0x'));
    const flood = new AbortController();
    const flooding = (async () => {
      while (!flood.signal.aborted && isWith(host, first)) {
        // Its stream ends in the middle of it.
        await Promise.allSettled(Array.from({ length: 100 }, () => say('attestations', text)));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    const startedMs = Date.now();
    for (let n = 10n; n < 30n; n++) {
      const row = attestationAt(n, guests.attestorKeys[1] ?? '0x');
      second.network.publish('attestations', attestationToWire(row));
      await until('it passes', () => first.attestations.get(row.blockNumber, row.attestor) !== undefined);
    }
    const { items } = factsOf(first, 'node-2');
    const seconds = (Date.now() - startedMs) / 1_000;
    // What was in one window when the reading stopped comes on top.
    assert.ok(items.accept + items.ignore <= 200 + 100 * seconds + 800, `${items.ignore} in ${seconds} s`);
    await until('it is shut out', () => factsOf(first, 'node-2').shutOutUntilMs > Date.now(), 30_000);
    await until('it is disconnected', () => !isWith(host, first));
    flood.abort();
    await flooding;
    assert.equal(factsOf(first, 'node-1').offences, 0);
  });

  it('find each other again after one was gone', async () => {
    const nodes = await openAll(2);
    const [first] = nodes;
    assert.ok(first !== undefined);
    const [, second] = nodes;
    await second?.close();
    await until('it is gone', () => first.network.connected().length === 0);
    const again = await open(1);
    await until('both are connected', () => first.network.connected().length + again.network.connected().length === 2);
  });

  it('give a late joiner all that it missed', async () => {
    const first = await open(0);
    for (const units of [5n, 6n, 7n]) {
      asset.lock(units);
      await first.memory.settle();
    }
    const sealed = first.memory.tables.queues.deliver.size + first.memory.tables.queues.confirmMint.size;
    assert.ok(sealed > 0);
    const writes = first.memory.tables.writes('release-attest/signed');
    const own = { key: guests.attestorKeys[0] ?? '0x', atMs: Date.now() } as const;
    const [row, other] = [40n, 41n].map((behind) => first.attestations.vouch(checkpointAt(behind), own, writes));
    assert.ok(row !== undefined && other !== undefined);
    await writes.commit();

    const late = await open(1);
    const { deliver, release } = late.memory.tables.queues;
    await until('it has every bundle', () => deliver.size === sealed);
    const wish = late.memory.tables.writes('release-release/wait');
    release.add(wish, 'one', { laneId: LANE, blockNumber: row.blockNumber }, { attempts: 1 });
    await wish.commit();
    await until('it has the attestation', () => late.attestations.get(row.blockNumber, row.attestor) !== undefined);
    assert.equal(late.attestations.get(other.blockNumber, other.attestor), undefined);
    assert.equal(await late.network.fetcher.fetchAttestations(other.blockNumber, other.blockNumber), 1);
    assert.deepEqual(await late.network.fetcher.fetchLanes(), [[{ laneId: LANE, epoch: BigInt(sealed) }]]);
    assert.equal(factsOf(late, 'node-0').offences, 0);
  });

  describe('whose question is answered with lies', () => {
    const askRude = async (answers: (question: string) => readonly string[]): Promise<[PeerNode, number]> => {
      const [first] = await openAll(1);
      assert.ok(first !== undefined);
      const { host } = await rudeTo(first, 2);
      await host.handle(fetchProtocolOf(BRIDGE), async (stream) => {
        const lengths = answerStream(stream);
        const question = Buffer.from((await lengths.read()).subarray()).toString();
        for (const text of answers(question)) await lengths.write(Buffer.from(text));
        await lengths.write(new Uint8Array());
        await stream.close();
      });
      const news = await first.network.fetcher.fetchAttestations(TIP - 9n, TIP - 8n);
      return [first, news];
    };
    const truth = (behind: bigint): string => attestationToWire(attestationAt(behind, guests.attestorKeys[3] ?? '0x'));

    it('believe nothing that is not signed, and remember it', async () => {
      const [first, news] = await askRude(() => ['{"blockNumber":"9991"}']);
      assert.equal(news, 0);
      assert.ok(factsOf(first, 'node-2').offences > 5);
    });

    it('keep what holds and stop at what does not', async () => {
      const good = truth(9n);
      const forged = good.replace(/"stateRoot":"0x./, '"stateRoot":"0xf');
      const [first, news] = await askRude(() => [good, forged]);
      assert.equal(news, 1);
      assert.ok(factsOf(first, 'node-2').offences > 5);
    });

    it('take what was not asked for as a lie, though it is true', async () => {
      const other = truth(500n);
      const [first, news] = await askRude(() => [other]);
      assert.equal(news, 0);
      assert.ok(factsOf(first, 'node-2').offences > 5);
    });

    it('take no more items than an answer may have', async () => {
      const good = truth(9n);
      const [first, news] = await askRude(() => Array.from({ length: MOST_ITEMS.attestations + 1 }, () => good));
      assert.equal(news, 1);
      assert.ok(factsOf(first, 'node-2').offences > 5);
    });
  });

  it('answer no question that has another form, and none of a peer that asks too often', async () => {
    const [first] = await openAll(1);
    assert.ok(first !== undefined);
    const { host } = await rudeTo(first, 2);
    const ask = async (text: string): Promise<string> => {
      const [peer] = host.getPeers();
      assert.ok(peer !== undefined);
      const stream = await host.dialProtocol(peer, fetchProtocolOf(BRIDGE));
      const lengths = answerStream(stream);
      await lengths.write(Buffer.from(text));
      return Buffer.from((await lengths.read()).subarray()).toString();
    };
    assert.equal(await ask('{"ask":"bundles","laneId":"9","fromEpoch":"1","limit":1}'), '');
    for (const bad of [
      '{"ask":"secrets"}',
      '{"ask":"lanes","more":1}',
      'x'.repeat(600),
      '{"ask":"bundles","limit":33}',
    ])
      await assert.rejects(ask(bad));
    let refused = 0;
    for (let n = 0; n < 64 && refused === 0; n++) await ask('{"ask":"lanes"}').catch(() => (refused += 1));
    assert.equal(refused, 1);
    assert.equal(factsOf(first, 'node-1').offences, 0);
  });
});
