import { attestationToWire } from '../../../../relayer/src/release/attestations.ts';
import { cardKeys } from '../../../../relayer/test/fakes/cards.ts';
import { MemoryAsset } from '../../../../relayer/test/fakes/memoryAsset.ts';
import { BRIDGE, MemoryTrading, TRADING_CHAIN_ID } from '../../../../relayer/test/fakes/memoryTrading.ts';
import { attestationAt, openRude, PeerNode, until } from '../../../../relayer/test/fakes/peerMesh.ts';
import { multiaddr } from '@multiformats/multiaddr';
import { Announcer } from '../../../../relayer/src/peers/announcer.ts';
import type { Facts, Order, Saying } from './orders.ts';

/*
 * One process of the gossip measure: the node under test, with its real store, receivers and libp2p, or a guest that
 * talks to it.
 */
type Guest = Awaited<ReturnType<typeof openRude>> | undefined;
type OrderOf<What extends Order['do']> = Extract<Order, { do: What }>;

/** Items of the guest that may wait to be gathered into messages. */
const MOST_WAITING = 256;
const TOPIC = `/twinspan/1/${BRIDGE}/attestations`;
const made: string[] = [];
let node: PeerNode | undefined;
let guest: Guest;
/** As a node says its own. */
const announcer = new Announcer((topic, message) => {
  guest?.say(topic, message).catch(() => undefined);
});

function obey(order: Order): Promise<unknown> {
  if (order.do === 'be-node') return beNode(order);
  if (order.do === 'be-guest') return beGuest(order);
  if (order.do === 'sign') return Promise.resolve(sign(order));
  return order.do === 'say' ? say(order) : Promise.resolve(factsOf(node));
}

async function beNode({ guests, itemsPerSecond }: OrderOf<'be-node'>): Promise<string> {
  const chains = { asset: new MemoryAsset(TRADING_CHAIN_ID, BRIDGE), trading: new MemoryTrading() };
  node = await PeerNode.open(guests, 0, chains, { itemsPerSecond, redialMs: 600_000 });
  return node.network.peerId;
}

async function beGuest({ guests, place, listens }: OrderOf<'be-guest'>): Promise<void> {
  const { host } = (guest = await openRude(guests, place, listens));
  const [card] = guests.cards;
  await host.dial(multiaddr(`${card?.addresses[0] ?? ''}/p2p/${card?.peerId ?? ''}`));
  await until('the node listens', () => host.services.pubsub.getSubscribers(TOPIC).length > 0);
}

function sign({ items }: OrderOf<'sign'>): number {
  for (const { place, blocksBehind } of items)
    made.push(attestationToWire(attestationAt(BigInt(blocksBehind), cardKeys(place).operatorKey)));
  return made.length;
}

/** Says `count` items from `from` on, so many a second, as far as the node takes them. */
async function say({ from, count, perSecond, kind }: OrderOf<'say'>): Promise<number> {
  const startedAt = performance.now();
  let said = 0;
  while (said < count && (guest?.host.getConnections().length ?? 0) > 0) {
    const due = Math.min(count, Math.ceil(((performance.now() - startedAt) / 1_000) * perSecond));
    const batch = Array.from({ length: Math.min(64, due - said) }, (_, n) => textOf(kind, from + said + n));
    said += batch.length;
    if (kind === 'news') for (const text of batch) announcer.say('attestations', text);
    else await Promise.allSettled(batch.map((text) => guest?.say('attestations', text) ?? Promise.resolve()));
    await patience(batch.length);
  }
  return said;
}

/** Waits while more than a window is unsent: a guest is no faster than the node reads. */
async function patience(batch: number): Promise<void> {
  const unsent = (): number =>
    Math.max(
      0,
      ...(guest?.host.getConnections() ?? []).flatMap(({ streams }) =>
        streams.map((stream) => stream.writeBufferLength),
      ),
    );
  do await new Promise((resolve) => setTimeout(resolve, batch === 0 ? 5 : 0));
  while (unsent() > 256 << 10 || announcer.waiting('attestations') > MOST_WAITING);
}

function textOf(kind: Saying, place: number): string {
  if (kind === 'garbage') return `{"garbage":${place}}`;
  return (kind === 'replay' ? made[0] : made[place % made.length]) ?? '';
}

function factsOf(own: PeerNode | undefined): Facts {
  const peers = (own?.network.facts() ?? []).map(({ node: name, items, shutOutUntilMs, connectedSinceMs }) => ({
    name,
    ...items,
    isShutOut: shutOutUntilMs > Date.now(),
    isConnected: connectedSinceMs !== undefined,
  }));
  const { user, system } = process.cpuUsage();
  return { peers, rss: process.memoryUsage().rss, cpuSeconds: (user + system) / 1e6 };
}

process.on('message', (order: Order) => {
  void obey(order).then(
    (answer) => process.send?.({ id: order.id, answer }),
    (error: unknown) => process.send?.({ id: order.id, error: String(error) }),
  );
});
// Its parent is gone, with the measure.
process.on('disconnect', () => process.exit());
