import { TopicValidatorResult } from '@libp2p/gossipsub';
import { peerIdFromString } from '@libp2p/peer-id';
import type { Hex } from '@twinspan/protocol';
import { plainError } from '@twinspan/sdk';
import type { Stage } from '../stage.ts';
import { Wake } from '../wake.ts';
import { Announcer } from './announcer.ts';
import type { Card } from './card.ts';
import { dialStage } from './dialStage.ts';
import { answerFetches } from './fetch/answering.ts';
import { Fetcher } from './fetch/fetcher.ts';
import type { Question } from './fetch/protocol.ts';
import { Flow } from './flow.ts';
import { Gate } from './gate.ts';
import type { GateModules, Judgement, Receive, Verdict } from './gate.ts';
import { startHost } from './host.ts';
import type { Host } from './host.ts';
import { peerLimits } from './limits.ts';
import { Roster } from './standing.ts';
import type { Offend, PeerFacts, Standing } from './standing.ts';
import { TOPICS, topicOf } from './topics.ts';
import type { TopicName } from './topics.ts';

export interface PeerOptions {
  /** Multiaddr to listen on. */
  readonly listen: string;
  /** Ed25519 seed. */
  readonly seed: Hex;
  /** The only nodes that may connect. */
  readonly cards: readonly Card[];
  readonly bridge: Hex;
  /** How often absent peers are dialled. */
  readonly redialMs: number;
  /** Multiaddrs with the peer id. */
  readonly bootstrap: readonly string[];
  /** Whether to look for peers on the own network. */
  readonly mdns: boolean;
  readonly maxConnections: number;
  /** Items that one peer may send, on average. */
  readonly itemsPerSecond: number;
}

export interface PeerModules extends GateModules {
  /** The topics that this node hears, by what it does with an item. */
  readonly receive: Readonly<Partial<Record<TopicName, Receive>>>;
  readonly clock: () => number;
  /** What others may fetch here. */
  readonly itemsFor: (question: Question) => AsyncIterable<string>;
}

export interface PeerNetwork {
  readonly peerId: string;
  /** Where others reach this node, without its peer id. */
  readonly addresses: readonly string[];
  /** Fire and forget: nodes that miss an item get it by themselves later. */
  publish(topic: TopicName, item: string): void;
  connected(): readonly string[];
  /** Every peer that has a card, connected or not. */
  facts(): readonly PeerFacts[];
  readonly fetcher: Fetcher;
  /** Rung when a peer connects. */
  readonly arrivals: Wake;
  /** Connections with peers so far. */
  connections(): number;
  /** Keeps dialling the peers that are not connected. */
  readonly dialStage: Stage<readonly Standing[]>;
  close(): Promise<void>;
}

const NEWLINE = 0x0a;
const VERDICTS: Readonly<Record<Verdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
};

export async function openPeerNetwork(options: PeerOptions, modules: PeerModules): Promise<PeerNetwork> {
  const { bridge } = options;
  const wake = new Wake();
  const roster = new Roster(options.cards, peerLimits(options.itemsPerSecond), modules.clock);
  // An alert sees an increase only where there was a 0 before.
  for (const { node } of options.cards) modules.metrics.list.peerShutOuts.inc({ node }, 0);
  const topics = TOPICS.map((name) => topicOf(name, bridge));
  const found = (): void => {
    wake.ring();
  };
  const host = await startHost({ ...options, topics, found }, roster);
  const offend = offender(host, modules);
  const flooded = (standing: Standing): void => {
    offend(standing, 'flooded');
  };
  const flow = new Flow(host, { roster, clock: modules.clock, flooded });
  listen(host, bridge, { ...modules, gate: new Gate(modules.receive, modules), roster, flow, offend });
  await answerFetches(host, bridge, { ...modules, roster, offend });
  const arrivals = followConnections(host, roster, wake, modules.clock);
  return {
    peerId: host.peerId.toString(),
    addresses: host.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/[^/]+$/, '')),
    publish: publisher(host, bridge, modules),
    connected: () => [...new Set(host.getPeers().map((peer) => peer.toString()))],
    facts: () => factsOf(host, roster, bridge),
    fetcher: new Fetcher(host, bridge, { ...modules, roster, offend }),
    ...arrivals,
    dialStage: dialStage(host, options, { ...modules, roster, wake }),
    close: async () => {
      flow.close();
      await host.stop();
    },
  };
}

function offender(host: Host, { metrics, log }: GateModules): Offend {
  return (standing, offence) => {
    const { node, peerId } = standing.card;
    metrics.list.peerOffences.inc({ node, offence });
    if (!standing.offend(offence)) return;
    const until = new Date(standing.shutOutUntilMs).toISOString();
    log.warn({ peer: node, offence, until }, 'peer shut out');
    metrics.list.peerShutOuts.inc({ node });
    // Not closed in good order, for which the other side would have to help.
    for (const connection of host.getConnections(peerIdFromString(peerId))) connection.abort(new Error('shut out'));
  };
}

/** What it takes to weigh an item. */
interface Scales extends Pick<PeerModules, 'metrics'> {
  readonly gate: Pick<Gate, 'judge'>;
  readonly flow: Pick<Flow, 'admit'>;
  readonly offend: Offend;
}

interface Listening extends Scales, Pick<PeerModules, 'receive'> {
  readonly roster: Roster;
}

function listen(host: Host, bridge: Hex, modules: Listening): void {
  const { pubsub } = host.services;
  for (const name of TOPICS) {
    if (modules.receive[name] === undefined) continue;
    pubsub.topicValidators.set(topicOf(name, bridge), async (peer, { data }) => {
      const standing = modules.roster.get(peer.toString());
      return VERDICTS[standing === undefined ? 'ignore' : await weigh(name, data, standing, modules)];
    });
    pubsub.subscribe(topicOf(name, bridge));
  }
}

/** Judges a message, and its sender by it. */
export async function weigh(
  topic: TopicName,
  message: Uint8Array,
  standing: Standing,
  modules: Scales,
): Promise<Verdict> {
  const items = itemsIn(message);
  const judgement = await judgementOf(topic, message, items, standing, modules);
  modules.metrics.list.gossip.inc({ topic, verdict: judgement }, items);
  const verdict = judgement === 'shed' ? 'ignore' : judgement;
  standing.items[verdict] += items;
  return verdict;
}

async function judgementOf(
  topic: TopicName,
  message: Uint8Array,
  items: number,
  standing: Standing,
  { flow, gate, offend }: Scales,
): Promise<Judgement> {
  if (!flow.admit(standing, items)) return 'shed';
  standing.underVerification += items;
  try {
    const judgement = await gate.judge(topic, message, standing.card.node);
    if (judgement === 'shed') offend(standing, 'asked');
    if (judgement === 'reject') offend(standing, 'rejected');
    return judgement;
  } finally {
    standing.underVerification -= items;
  }
}

/** One a line. */
function itemsIn(message: Uint8Array): number {
  let items = 1;
  for (let at = message.indexOf(NEWLINE); at >= 0; at = message.indexOf(NEWLINE, at + 1)) items += 1;
  return items;
}

function publisher(host: Host, bridge: Hex, { log }: GateModules): PeerNetwork['publish'] {
  const announcer = new Announcer((topic, message) => {
    host.services.pubsub.publish(topicOf(topic, bridge), Buffer.from(message)).catch((error: unknown) => {
      log.debug({ topic, error: plainError(error) }, 'not published');
    });
  });
  return (topic, item) => {
    announcer.say(topic, item);
  };
}

function followConnections(
  host: Host,
  roster: Roster,
  wake: Wake,
  clock: () => number,
): Pick<PeerNetwork, 'arrivals' | 'connections'> {
  const arrivals = new Wake();
  let connections = 0;
  host.addEventListener('peer:connect', ({ detail }) => {
    const standing = roster.get(detail.toString());
    if (standing === undefined) return;
    standing.connectedSinceMs = clock();
    standing.seen();
    connections += 1;
    arrivals.ring();
  });
  host.addEventListener('peer:disconnect', ({ detail }) => {
    const standing = roster.get(detail.toString());
    if (standing !== undefined) standing.connectedSinceMs = undefined;
    wake.ring();
  });
  return { arrivals, connections: () => connections };
}

function factsOf(host: Host, roster: Roster, bridge: Hex): readonly PeerFacts[] {
  const { pubsub } = host.services;
  const listeners = TOPICS.flatMap((topic) => pubsub.getSubscribers(topicOf(topic, bridge)));
  const listening = new Set(listeners.map((peer) => peer.toString()));
  return [...roster.all()].map((standing) =>
    standing.facts({ score: scoreOf(host, standing), isListening: listening.has(standing.card.peerId) }),
  );
}

/** Gossipsub keeps its scores to itself but for this method, which its type does not name. */
function scoreOf(host: Host, { card }: Standing): number {
  const { pubsub } = host.services as { pubsub: { getScore?: (peerId: string) => number } };
  return Math.round((pubsub.getScore?.(card.peerId) ?? 0) * 10) / 10;
}
