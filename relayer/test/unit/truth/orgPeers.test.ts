import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { until } from '@twinspan/devnet';
import { Fault } from '@twinspan/protocol';
import type { FaultCode } from '@twinspan/protocol';
import type { AssetChain, AssetEvent, LaneView } from '@twinspan/sdk';
import { pino } from 'pino';
import { overPeers } from '../../../src/chains/orgPeers.ts';
import { Metrics } from '../../../src/metrics.ts';

const COMPARE_MS = 2;
const refusal = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code;

/** What a peer of the org says, as far as these tests ask. */
class Peer {
  height = 10n;
  header = 'one header';
  outbox = { releasedThrough: 3n, head: 'one head' };
  failure: FaultCode | undefined;
  /** Streams of events that are open. */
  streams = 0;
  asked = 0;
  readonly chain: AssetChain = {
    height: () => this.#say(this.height),
    lane: () => this.#say({ epoch: this.height } as LaneView),
    lanes: () => this.#lanes(),
    epoch: () => this.#say(this.header === '' ? undefined : { header: this.header }),
    laneOutbox: () => this.#say(this.outbox),
    events: ({ signal }: { signal: AbortSignal }) => this.#events(signal),
    close: () => undefined,
  } as unknown as AssetChain;

  #say<Answer>(answer: Answer): Promise<Answer> {
    this.asked += 1;
    if (this.failure !== undefined) return Promise.reject(new Fault(this.failure, 'scripted'));
    return Promise.resolve(answer);
  }

  async *#lanes(): AsyncGenerator<LaneView> {
    yield await this.#say({ epoch: this.height } as LaneView);
  }

  async *#events(signal: AbortSignal): AsyncGenerator<AssetEvent> {
    this.streams += 1;
    yield { name: 'AttestorsApproved', blockNumber: this.height, txId: 'tx' };
    if (!signal.aborted) await once(signal, 'abort');
    this.streams -= 1;
  }
}

function twoPeers(): { first: Peer; second: Peer; asset: AssetChain } {
  const [first, second] = [new Peer(), new Peer()];
  const sources = [first, second].map(({ chain }, place) => ({
    name: `peer ${place + 1}`,
    chain,
    probe: () => chain.height(),
  }));
  const modules = { metrics: new Metrics(), log: pino({ level: 'silent' }), clock: () => 0 };
  return { first, second, asset: overPeers(sources, modules, COMPARE_MS) };
}

/** Reads events as the feed does: a stream that ends is opened anew. @returns what ends the reading */
function reading(asset: AssetChain): () => Promise<void> {
  const life = new AbortController();
  const read = async (): Promise<void> => {
    while (!life.signal.aborted) {
      for await (const event of asset.events({ signal: life.signal })) assert.equal(event.name, 'AttestorsApproved');
    }
  };
  const running = read();
  return async () => {
    life.abort();
    await running;
  };
}

const streamAt = (peer: Peer, other: Peer): Promise<true> =>
  until('the stream to be there alone', () =>
    Promise.resolve(peer.streams === 1 && other.streams === 0 ? true : undefined),
  );

describe('two peers of one org', () => {
  it('stand in for each other, page by page as well', async () => {
    const { first, second, asset } = twoPeers();
    first.failure = 'CHAIN_UNREACHABLE';
    second.height = 12n;
    assert.equal((await asset.lane(1n))?.epoch, 12n);
    const epochs: bigint[] = [];
    for await (const { epoch } of asset.lanes()) epochs.push(epoch);
    assert.deepEqual(epochs, [12n]);
    second.failure = 'TIMED_OUT';
    await assert.rejects(asset.lane(1n), refusal('TIMED_OUT'));
  });

  it('do not stand in for each other where the chain itself refuses', async () => {
    const { first, second, asset } = twoPeers();
    first.failure = 'FORBIDDEN';
    await assert.rejects(asset.lane(1n), refusal('FORBIDDEN'));
    assert.equal(second.asked, 0);
  });

  it('stop an act when they differ about an epoch that both have', async () => {
    const { first, second, asset } = twoPeers();
    second.header = '';
    assert.deepEqual(await asset.epoch(1n, 1n), { header: first.header });
    second.header = 'another header';
    await assert.rejects(asset.epoch(1n, 1n), refusal('ENDPOINTS_DISAGREE'));
  });

  it('stop an act when they differ about an outbox, unless one is ahead', async () => {
    const { second, asset } = twoPeers();
    second.outbox = { releasedThrough: 4n, head: 'next head' };
    assert.deepEqual(await asset.laneOutbox(1n), second.outbox);
    second.outbox = { releasedThrough: 3n, head: 'next head' };
    await assert.rejects(asset.laneOutbox(1n), refusal('ENDPOINTS_DISAGREE'));
  });

  it('are read where events still come when one gets no more blocks, which is asked last until it has them', async () => {
    const { first, second, asset } = twoPeers();
    const end = reading(asset);
    await streamAt(first, second);
    second.height = 20n;
    await streamAt(second, first);
    assert.equal((await asset.lane(1n))?.epoch, 20n);
    first.height = 20n;
    await until('the first to be asked again', async () => {
      const { asked } = first;
      await asset.lane(1n);
      return first.asked > asked ? true : undefined;
    });
    await end();
  });

  it('are read where events still come when one hangs', async () => {
    const { first, second, asset } = twoPeers();
    const end = reading(asset);
    await streamAt(first, second);
    first.failure = 'TIMED_OUT';
    await streamAt(second, first);
    await end();
  });
});
