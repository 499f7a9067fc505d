import type { Measure } from '@twinspan/report';
import { inviteGuests } from '../../../../relayer/test/fakes/peerMesh.ts';
import { Child } from '../gossip/children.ts';
import type { Facts, Saying } from '../gossip/orders.ts';

/** Attestors whose attestations are news: with 1,024 blocks each way of the tip, enough items for a minute. */
const ATTESTORS = 16;
const ITEMS = 5_000;
const NO_LIMIT = 100_000;
const SAMPLE_MS = 200;
/** The rate that each peer is held to while one floods. */
const FLOOD_LIMIT = 200;
const HONEST_ITEMS = 300;
const HONEST_PER_SECOND = 50;
const RUDE_ITEMS = 500;

/** How many items a second a node verifies, keeps and passes on; and what is left of that for the honest while one floods. */
export async function gossip(): Promise<Record<string, Measure>> {
  const verified = await rate();
  const [flood, replay, garbage] = [await shareUnder('alone'), await shareUnder('replay'), await shareUnder('garbage')];
  return {
    'network.gossip.rate': { value: verified.perSecond, unit: 'per second' },
    'network.gossip.cpu': { value: verified.cpuMs, unit: 'milliseconds' },
    'network.gossip.rss.growth': { value: verified.growth, unit: 'bytes' },
    'network.gossip.honest.flood': { value: flood, unit: 'of all' },
    'network.gossip.honest.replay': { value: replay, unit: 'of all' },
    'network.gossip.honest.garbage': { value: garbage, unit: 'of all' },
  };
}

interface Verified {
  readonly perSecond: number;
  /** Processor time of one item. */
  readonly cpuMs: number;
  /** Resident bytes at the end above those at a quarter of the way. */
  readonly growth: number;
}

/** One guest talks as fast as the node reads, another listens: the node verifies, keeps and passes on. */
async function rate(): Promise<Verified> {
  const guests = await inviteGuests(ATTESTORS);
  using node = new Child();
  using talker = new Child([]);
  using listener = new Child([]);
  // Before anyone is connected: signing so much holds a process up for longer than a connection lasts.
  await talker.tell('sign', { items: distinctItems(ITEMS, 0) });
  await node.tell('be-node', { guests, itemsPerSecond: NO_LIMIT });
  await Promise.all([
    talker.tell('be-guest', { guests, place: 1, listens: false }),
    listener.tell('be-guest', { guests, place: 2, listens: true }),
  ]);
  const saying = talker.tell('say', { kind: 'news', from: 0, count: ITEMS, perSecond: NO_LIMIT });
  const seen = await samples(node, (facts) => acceptedOf(facts) >= ITEMS);
  await saying;
  return summary(seen);
}

interface Sample {
  readonly atMs: number;
  readonly facts: Facts;
}

async function samples(node: Child, isDone: (facts: Facts) => boolean): Promise<readonly Sample[]> {
  const seen: Sample[] = [];
  for (const deadline = performance.now() + 120_000; performance.now() < deadline;) {
    const facts = await node.tell('facts', {});
    seen.push({ atMs: performance.now(), facts });
    if (isDone(facts)) return seen;
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
  throw new Error(`the node kept ${acceptedOf(seen.at(-1)?.facts)} items in two minutes`);
}

/** From the first quarter on, when everything is warm. */
function summary(seen: readonly Sample[]): Verified {
  const [start, end] = [seen.find(({ facts }) => acceptedOf(facts) >= ITEMS / 4), seen.at(-1)];
  if (start === undefined || end === undefined) throw new Error('nothing was seen');
  const items = acceptedOf(end.facts) - acceptedOf(start.facts);
  return {
    perSecond: items / ((end.atMs - start.atMs) / 1_000),
    cpuMs: ((end.facts.cpuSeconds - start.facts.cpuSeconds) * 1_000) / items,
    growth: Math.max(0, end.facts.rss - start.facts.rss),
  };
}

/** The share of an honest peer's items that is kept while another says ten times what it may. */
async function shareUnder(kind: Saying): Promise<number> {
  const guests = await inviteGuests(ATTESTORS);
  using node = new Child();
  using honest = new Child([]);
  using rude = new Child([]);
  await Promise.all([
    honest.tell('sign', { items: distinctItems(HONEST_ITEMS, 0) }),
    rude.tell('sign', { items: distinctItems(RUDE_ITEMS, HONEST_ITEMS) }),
  ]);
  await node.tell('be-node', { guests, itemsPerSecond: FLOOD_LIMIT });
  const meet = (child: Child, place: number): Promise<number> =>
    child.tell('be-guest', { guests, place, listens: false });
  await Promise.all([meet(honest, 1), meet(rude, 2)]);
  const flooding = rude.tell('say', { kind, from: 0, count: 1_000_000, perSecond: 10 * FLOOD_LIMIT });
  await honest.tell('say', { kind: 'news', from: 0, count: HONEST_ITEMS, perSecond: HONEST_PER_SECOND });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const facts = await node.tell('facts', {});
  flooding.catch(() => undefined);
  return (facts.peers.find(({ name }) => name === 'node-1')?.accept ?? 0) / HONEST_ITEMS;
}

/** Attestors in turn over blocks near the tip: no two the same. */
function distinctItems(count: number, from: number): { place: number; blocksBehind: number }[] {
  return Array.from({ length: count }, (_, n) => ({
    place: (from + n) % ATTESTORS,
    blocksBehind: 1_000 - Math.floor((from + n) / ATTESTORS),
  }));
}

function acceptedOf(facts: Facts | undefined): number {
  return (facts?.peers ?? []).reduce((sum, { accept }) => sum + accept, 0);
}
