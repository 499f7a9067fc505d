import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { gossipsub, StrictSign, TopicValidatorResult } from '@libp2p/gossipsub';
import { identify } from '@libp2p/identify';
import { tcp } from '@libp2p/tcp';
import { bytesFromHex } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import type { Stage } from '../stage.ts';
import { Wake } from '../wake.ts';
import type { Card } from './card.ts';
import { judge } from './gate.ts';
import type { GateModules, Receive, Verdict } from './gate.ts';
import { MAX_ITEM_BYTES, topicOf, TOPICS } from './topics.ts';
import type { TopicName } from './topics.ts';

/** What is needed of another node's card. */
export type Peer = Pick<Card, 'node' | 'peerId' | 'addresses'>;

interface Options {
  /** Multiaddr to listen on. */
  readonly listen: string;
  /** Ed25519 seed. */
  readonly seed: Hex;
  /** The only nodes that may connect. */
  readonly peers: readonly Peer[];
  readonly bridge: Hex;
  /** How often absent peers are dialled. */
  readonly redialMs: number;
}

interface Modules extends GateModules {
  /** The topics that this node hears, by what it does with an item. */
  readonly receive: Readonly<Partial<Record<TopicName, Receive>>>;
}

/** Verification work that one peer can cause at a time. */
const PARALLEL_ITEMS = 4;

const VERDICTS: Readonly<Record<Verdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
};

export interface PeerNetwork {
  readonly peerId: string;
  /** Fire and forget: nodes that miss an item get it by themselves later. */
  publish(topic: TopicName, text: string): void;
  connected(): readonly string[];
  /** Keeps dialling the peers that are not connected. */
  readonly dialStage: Stage<readonly Peer[]>;
  close(): Promise<void>;
}

export async function openPeerNetwork(options: Options, modules: Modules): Promise<PeerNetwork> {
  const node = await startNode(options);
  const { pubsub } = node.services;
  for (const topic of TOPICS) {
    const receive = modules.receive[topic];
    if (receive === undefined) continue;
    const name = topicOf(topic, options.bridge);
    pubsub.topicValidators.set(
      name,
      async (_peer, message) => VERDICTS[await judge(topic, message.data, receive, modules)],
    );
    pubsub.subscribe(name);
  }
  const connected = (): string[] => [...new Set(node.getPeers().map((peer) => peer.toString()))];
  return {
    peerId: node.peerId.toString(),
    publish: (topic, text) => {
      pubsub.publish(topicOf(topic, options.bridge), Buffer.from(text)).catch((error: unknown) => {
        modules.log.debug({ topic, error: String(error) }, 'not published');
      });
    },
    connected,
    dialStage: dialStage(options, modules, connected, async ({ addresses, peerId }) => {
      const targets = addresses.map((address) => multiaddr(`${address}/p2p/${peerId}`));
      await node.dial(targets, { signal: AbortSignal.timeout(5_000) });
    }),
    close: async () => {
      await node.stop();
    },
  };
}

async function startNode(options: Options) {
  const allowed = new Set(options.peers.map(({ peerId }) => peerId));
  const isStranger = (peer: { toString(): string }): boolean => !allowed.has(peer.toString());
  return createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', bytesFromHex(options.seed, 32)),
    addresses: { listen: [options.listen] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: {
      denyDialPeer: isStranger,
      denyInboundEncryptedConnection: isStranger,
      denyOutboundEncryptedConnection: isStranger,
      denyDialMultiaddr: () => false,
    },
    connectionManager: { maxConnections: 4 * options.peers.length + 4 },
    services: {
      identify: identify(),
      pubsub: gossipsub({
        globalSignaturePolicy: StrictSign,
        allowPublishToZeroTopicPeers: true,
        allowedTopics: TOPICS.map((name) => topicOf(name, options.bridge)),
        asyncValidation: false,
        floodPublish: true,
        maxInboundDataLength: MAX_ITEM_BYTES.bundles + 4_096,
        messageProcessingConcurrency: PARALLEL_ITEMS,
        doPX: false,
      }),
    },
  });
}

function dialStage(
  options: Options,
  { metrics, log }: Modules,
  connected: () => readonly string[],
  dial: (peer: Peer) => Promise<void>,
): Stage<readonly Peer[]> {
  let nextMs = 0;
  return {
    name: 'peers',
    wake: new Wake(),
    idleMs: options.redialMs,
    next: () => {
      const present = connected();
      metrics.list.peers.set(present.length);
      const absent = options.peers.filter(({ peerId }) => !present.includes(peerId));
      if (absent.length === 0 || Date.now() < nextMs) return Promise.resolve(undefined);
      nextMs = Date.now() + options.redialMs;
      return Promise.resolve(absent);
    },
    run: async (absent) => {
      const outcomes = await Promise.allSettled(absent.map(dial));
      const missed = absent.filter((_, place) => outcomes[place]?.status === 'rejected');
      if (missed.length > 0) log.debug({ nodes: missed.map(({ node }) => node) }, 'peers not reached');
    },
    postpone: () => Promise.resolve(),
    park: () => Promise.resolve(),
    transferId: () => 'peers',
  };
}
