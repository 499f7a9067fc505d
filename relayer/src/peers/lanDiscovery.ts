import type { PeerDiscovery, PeerInfo, PeerStore, Startable } from '@libp2p/interface';
import { mdns } from '@libp2p/mdns';
import type { MulticastDNSComponents } from '@libp2p/mdns';
import type { Roster } from './standing.ts';

type Components = MulticastDNSComponents & { readonly peerStore: PeerStore };

/** Of one peer; those heard last replace those heard before. */
const MOST_ADDRESSES = 8;

/**
 * mDNS on the own network. Whoever is heard there is a stranger unless it has a card: only for those are addresses kept,
 * so that a crowd of made-up names costs nothing.
 */
export function lanDiscovery(roster: Roster, found: () => void): (components: Components) => Startable {
  return (components) => {
    const heard = mdns()(components) as PeerDiscovery & Startable;
    heard.addEventListener('peer', ({ detail }: CustomEvent<PeerInfo>) => {
      if (roster.get(detail.id.toString()) === undefined) return;
      const multiaddrs = detail.multiaddrs.slice(0, MOST_ADDRESSES);
      void components.peerStore.patch(detail.id, { multiaddrs }).then(found, () => undefined);
    });
    return { start: () => heard.start(), stop: () => heard.stop() };
  };
}
