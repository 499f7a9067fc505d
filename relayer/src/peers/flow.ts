import type { Connection, Stream } from '@libp2p/interface';
import type { Host } from './host.ts';
import { LONGEST_DEBT_MS, MANY_UNDER_VERIFICATION, MOST_UNDER_VERIFICATION } from './limits.ts';
import type { Roster, Standing } from './standing.ts';

const LOOK_MS = 100;
const JUDGE_MS = 1_000;
/** Until this node looks again whether it has caught up. */
const BUSY_MS = 5;
const GOSSIP = '/meshsub/';

interface Modules {
  readonly roster: Roster;
  readonly clock: () => number;
  /** A peer was above its rate for most of a second. */
  readonly flooded: (standing: Standing) => void;
}

/**
 * Makes each peer keep to its rate: who is above it is not read from until what it owes is paid. Its own sending backs up
 * and nobody else waits, so an honest burst loses nothing and a flood costs this node no more than the rate allows.
 */
export class Flow {
  readonly #modules: Modules;
  readonly #host: Host;
  readonly #metered = new WeakSet<Stream>();
  /** Looks of the last second at which a peer was held. */
  readonly #held = new Map<Standing, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #paused = new Set<Standing>();

  constructor(host: Host, modules: Modules) {
    this.#host = host;
    this.#modules = modules;
    this.#every(LOOK_MS, () => {
      for (const connection of host.getConnections()) this.#meter(connection);
      for (const standing of this.#paused)
        if (owedMs(standing) > 0) this.#held.set(standing, (this.#held.get(standing) ?? 0) + 1);
    });
    this.#every(JUDGE_MS, () => {
      this.#judge();
    });
  }

  /** Counts the items of a message against its sender. @returns false when so much is owed that it should be dropped unseen */
  admit(standing: Standing, items: number): boolean {
    const debtMs = standing.itemsBucket.take(items);
    if (waitMs(standing) > 0) this.#hold(standing);
    return debtMs <= LONGEST_DEBT_MS && standing.underVerification < MOST_UNDER_VERIFICATION;
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #meter(connection: Connection): void {
    const standing = this.#modules.roster.get(connection.remotePeer.toString());
    if (standing === undefined) return;
    if (standing.isShutOut()) {
      connection.abort(new Error('shut out'));
      return;
    }
    for (const stream of connection.streams) {
      if (!stream.protocol.startsWith(GOSSIP) || this.#metered.has(stream)) continue;
      this.#metered.add(stream);
      if (stream.direction === 'inbound') this.#count(stream, standing);
      else whenBroken(stream, connection);
    }
  }

  #count(stream: Stream, standing: Standing): void {
    stream.addEventListener('message', ({ data }) => {
      standing.seen();
      if (standing.bytesBucket.take(data.byteLength) > 0) this.#hold(standing);
    });
  }

  /** Stops reading from the peer until nothing is owed. */
  #hold(standing: Standing): void {
    if (this.#paused.has(standing)) return;
    this.#paused.add(standing);
    for (const stream of this.#streamsOf(standing)) if (stream.readStatus === 'readable') stream.pause();
    this.#after(Math.max(1, waitMs(standing)), () => {
      this.#paused.delete(standing);
      if (waitMs(standing) > 0) this.#hold(standing);
      else for (const stream of this.#streamsOf(standing)) if (stream.readStatus === 'paused') stream.resume();
    });
  }

  #streamsOf({ card }: Standing): Stream[] {
    return this.#host
      .getConnections()
      .filter(({ remotePeer }) => remotePeer.toString() === card.peerId)
      .flatMap(({ streams }) => streams)
      .filter(({ protocol, direction }) => protocol.startsWith(GOSSIP) && direction === 'inbound');
  }

  #judge(): void {
    for (const [standing, looks] of this.#held) {
      if (looks > JUDGE_MS / LOOK_MS / 2) this.#modules.flooded(standing);
    }
    this.#held.clear();
  }

  #every(ms: number, act: () => void): void {
    const timer = setInterval(act, ms);
    timer.unref();
    this.#timers.add(timer);
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }
}

/** As long as the peer owes something, or this node has enough to do with what it has from it. */
function waitMs(standing: Standing): number {
  return Math.max(owedMs(standing), standing.underVerification > MANY_UNDER_VERIFICATION ? BUSY_MS : 0);
}

function owedMs({ itemsBucket, bytesBucket }: Standing): number {
  return Math.max(itemsBucket.owedMs(), bytesBucket.owedMs());
}

/** Gossipsub opens its outgoing stream once per connection: where one breaks, only a new connection brings another. */
function whenBroken(stream: Stream, connection: Connection): void {
  stream.addEventListener('close', () => {
    if (connection.status === 'open') void connection.close().catch(() => undefined);
  });
}
