import { peerIdFromString } from '@libp2p/peer-id';
import { multiaddr } from '@multiformats/multiaddr';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics.ts';
import type { Stage } from '../stage.ts';
import type { Wake } from '../wake.ts';
import type { Host } from './host.ts';
import type { Roster, Standing } from './standing.ts';

const DIAL_MS = 5_000;

interface Options {
  /** How often absent peers are dialled. */
  readonly redialMs: number;
  /** Multiaddrs with the peer id: further places to find peers that have cards. */
  readonly bootstrap: readonly string[];
}

interface Modules {
  readonly roster: Roster;
  readonly wake: Wake;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
}

/** Keeps dialling every peer that has a card and is not connected; a partition heals by it. */
export function dialStage(host: Host, options: Options, modules: Modules): Stage<readonly Standing[]> {
  const { roster, metrics, log, clock } = modules;
  let nextMs = 0;
  return {
    name: 'peers',
    wake: modules.wake,
    idleMs: options.redialMs,
    next: () => {
      const present = new Set(host.getPeers().map((peer) => peer.toString()));
      metrics.list.peers.set(present.size);
      const absent = [...roster.all()].filter(
        ({ card }) => !present.has(card.peerId) && roster.mayConnect(card.peerId),
      );
      if (absent.length === 0 || clock() < nextMs) return Promise.resolve(undefined);
      nextMs = clock() + options.redialMs;
      return Promise.resolve(absent);
    },
    run: async (absent) => {
      const outcomes = await Promise.allSettled(absent.map((standing) => dial(host, standing, options.bootstrap)));
      const missed = absent.filter((_, place) => outcomes[place]?.status === 'rejected');
      if (missed.length > 0) log.debug({ nodes: missed.map(({ card }) => card.node) }, 'peers not reached');
    },
    postpone: () => Promise.resolve(),
    park: () => Promise.resolve(),
    transferId: () => 'peers',
  };
}

/**
 * By the card and the bootstrap list, and only when these lead nowhere by what was heard on the own network: whoever is
 * there may announce false addresses in a peer's name.
 */
async function dial(host: Host, { card }: Standing, bootstrap: readonly string[]): Promise<void> {
  const suffix = `/p2p/${card.peerId}`;
  const named = card.addresses.map((address) => (address.endsWith(suffix) ? address : `${address}${suffix}`));
  const known = [...named, ...bootstrap.filter((address) => address.endsWith(suffix))];
  try {
    await host.dial(
      known.map((address) => multiaddr(address)),
      { signal: AbortSignal.timeout(DIAL_MS) },
    );
  } catch {
    await host.dial(peerIdFromString(card.peerId), { signal: AbortSignal.timeout(DIAL_MS) });
  }
}
