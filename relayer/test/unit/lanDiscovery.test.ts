import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { multiaddr } from '@multiformats/multiaddr';
import { peerIdFromString } from '@libp2p/peer-id';
import { pino } from 'pino';
import { Metrics } from '../../src/metrics.ts';
import { dialStage } from '../../src/peers/dialStage.ts';
import { startHost } from '../../src/peers/host.ts';
import type { Host } from '../../src/peers/host.ts';
import { peerLimits } from '../../src/peers/limits.ts';
import { Roster } from '../../src/peers/standing.ts';
import { Wake } from '../../src/wake.ts';
import { cardKeys } from '../fakes/cards.ts';
import { inviteGuests, until } from '../fakes/peerMesh.ts';
import type { Guests } from '../fakes/peerMesh.ts';

/** Whether this machine delivers multicast to itself at all. */
async function hasMulticast(): Promise<boolean> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  try {
    socket.bind(0);
    await once(socket, 'listening');
    socket.addMembership('224.0.0.251');
    const heard = once(socket, 'message', { signal: AbortSignal.timeout(2_000) });
    socket.send('anyone?', socket.address().port, '224.0.0.251');
    await heard;
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

class Party implements AsyncDisposable {
  readonly guests: Guests;
  readonly #hosts: Host[] = [];
  readonly #heard = new Map<Host, Promise<undefined>>();
  readonly #dials = new Map<Host, () => Promise<void>>();

  constructor(guests: Guests) {
    this.guests = guests;
  }

  /** A guest's host on any port. `knows` are the places of those whose cards it has. */
  async open(place: number, knows: readonly number[], mdns = true): Promise<Host> {
    const cards = this.guests.cards.filter((_, other) => knows.includes(other));
    const roster = new Roster(cards, peerLimits(1_000), Date.now);
    const listen = mdns ? '/ip4/127.0.0.1/tcp/0' : (this.guests.cards[place]?.addresses[0] ?? assert.fail());
    const { seed } = cardKeys(place);
    const heard = Promise.withResolvers<undefined>();
    const found = (): void => {
      heard.resolve(undefined);
    };
    const host = await startHost({ listen, seed, maxConnections: 16, mdns, topics: [], found }, roster);
    this.#hosts.push(host);
    this.#heard.set(host, heard.promise);
    const modules = {
      roster,
      wake: new Wake(),
      metrics: new Metrics(),
      log: pino({ level: 'silent' }),
      clock: Date.now,
    };
    const stage = dialStage(host, { redialMs: 0, bootstrap: [] }, modules);
    this.#dials.set(host, async () => {
      const absent = await stage.next();
      if (absent !== undefined) await stage.run(absent, new AbortController().signal);
    });
    return host;
  }

  /** Until an address of a peer with a card was heard. */
  async heard(host: Host): Promise<void> {
    await this.#heard.get(host);
  }

  async dial(host: Host): Promise<void> {
    await this.#dials.get(host)?.();
  }

  idOf(place: number): string {
    return this.guests.cards[place]?.peerId ?? assert.fail();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts) await host.stop();
  }
}

const knownAt = async (host: Host, peerId: string): Promise<number> => {
  const peers = await host.peerStore.all();
  return peers.find(({ id }) => id.toString() === peerId)?.addresses.length ?? 0;
};

describe('peers on a LAN', () => {
  it('find those that have cards, whose cards lead nowhere, and keep nothing of strangers', async (t) => {
    if (!(await hasMulticast())) {
      t.skip('this machine delivers no multicast');
      return;
    }
    // Nobody listens where the cards say.
    await using party = new Party(await inviteGuests(3));
    const here = await party.open(0, [1]);
    await party.open(2, [0, 1]);
    const there = await party.open(1, [0]);
    await party.heard(there);
    await party.dial(there);
    await until('the peer to be connected', () => here.getPeers().map(String).includes(party.idOf(1)));
    assert.equal(await knownAt(here, party.idOf(2)), 0, 'a stranger was kept');
    assert.equal(await knownAt(there, party.idOf(2)), 0, 'a stranger was kept');
  });

  it('are dialled where their cards say, whatever others announce in their name', async () => {
    await using party = new Party(await inviteGuests(2));
    const here = await party.open(0, [1], false);
    await party.open(1, [0], false);
    const falsehoods = Array.from({ length: 40 }, (_, place) => multiaddr(`/ip4/127.0.0.1/tcp/${place + 1}`));
    await here.peerStore.merge(peerIdFromString(party.idOf(1)), { multiaddrs: falsehoods });
    await party.dial(here);
    await until('the peer to be connected', () => here.getPeers().map(String).includes(party.idOf(1)));
  });
});
