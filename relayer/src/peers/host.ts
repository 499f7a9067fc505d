import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { gossipsub, StrictSign } from '@libp2p/gossipsub';
import type { GossipSub } from '@libp2p/gossipsub';
import { identify } from '@libp2p/identify';
import type { Identify } from '@libp2p/identify';
import type { Libp2p, PeerId } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { bytesFromHex } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { createLibp2p } from 'libp2p';
import { lanDiscovery } from './lanDiscovery.ts';
import { MOST_CONNECTIONS_PER_PEER } from './limits.ts';
import { scoringOf } from './scoring.ts';
import type { Roster } from './standing.ts';
import { MAX_MESSAGE_BYTES } from './topics.ts';

export type Host = Libp2p<{ pubsub: GossipSub; identify: Identify }>;

interface HostOptions {
  /** Multiaddr to listen on. */
  readonly listen: string;
  /** Ed25519 seed. */
  readonly seed: Hex;
  readonly maxConnections: number;
  /** Looks for peers with cards on the own network. */
  readonly mdns: boolean;
  /** Full names of the topics. */
  readonly topics: readonly string[];
  /** Called when an address of a peer was found. */
  readonly found: () => void;
}

/** Gossip waiting to be sent to one peer; one that reads slower loses its stream, reconnects and fetches. */
const MOST_UNSENT_BYTES = 8 << 20;
/** Flow control per stream: what a peer can make this node hold while it is made to wait. */
const WINDOW_BYTES = 256 << 10;
/** Own messages and control in one gossip frame; every item in it is bounded by its topic. */
const MAX_FRAME_BYTES = 4 * MAX_MESSAGE_BYTES.bundles;
/** How long repeats are known by their signature alone; later they are judged again, and found known. */
const SEEN_MS = 15_000;

/** The libp2p node: noise over TCP, yamux, signed gossip among those who have cards and nobody else. */
export async function startHost(options: HostOptions, roster: Roster): Promise<Host> {
  const host: { node?: Host } = {};
  const { listen, seed, maxConnections } = options;
  const lan = options.mdns ? { lan: lanDiscovery(roster, options.found) } : {};
  host.node = await createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', bytesFromHex(seed, 32)),
    addresses: { listen: [listen] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux(muxing)],
    connectionGater: gaterOf(roster, (peer) => host.node?.getConnections(peer).length ?? 0),
    connectionManager: {
      maxConnections,
      maxIncomingPendingConnections: 16,
      // Per address and second. Several nodes may stand behind one address.
      inboundConnectionThreshold: Math.max(8, maxConnections),
      maxPeerAddrsToDial: 16,
    },
    services: { identify: identify(), pubsub: gossipsub(gossiping(options.topics, roster)), ...lan },
  });
  return host.node;
}

const muxing = {
  maxInboundStreams: 32,
  maxOutboundStreams: 32,
  maxMessageSize: 64 << 10,
  streamOptions: {
    initialStreamWindowSize: WINDOW_BYTES,
    maxStreamWindowSize: WINDOW_BYTES,
    maxReadBufferLength: 2 * WINDOW_BYTES,
    maxWriteBufferLength: MOST_UNSENT_BYTES,
  },
};

type Gater = NonNullable<NonNullable<Parameters<typeof createLibp2p>[0]>['connectionGater']>;

function gaterOf(roster: Roster, connectionsOf: (peer: PeerId) => number): Gater {
  const isRefused = (peer: PeerId): boolean => !roster.mayConnect(peer.toString());
  const isOneTooMany = (peer: PeerId): boolean => connectionsOf(peer) >= MOST_CONNECTIONS_PER_PEER;
  return {
    denyDialPeer: isRefused,
    denyDialMultiaddr: () => false,
    denyInboundEncryptedConnection: (peer) => isRefused(peer) || isOneTooMany(peer),
    denyOutboundEncryptedConnection: isRefused,
    filterMultiaddrForPeer: (peer) => !isRefused(peer),
  };
}

function gossiping(topics: readonly string[], roster: Roster): Parameters<typeof gossipsub>[0] {
  return {
    globalSignaturePolicy: StrictSign,
    allowPublishToZeroTopicPeers: true,
    allowedTopics: [...topics],
    asyncValidation: false,
    floodPublish: true,
    doPX: false,
    // What a mesh loses is fetched. Offers of what was said cost memory and an answer larger than a frame.
    Dlazy: 0,
    gossipFactor: 0,
    idontwantMinDataSize: MAX_FRAME_BYTES,
    seenTTL: SEEN_MS,
    mcacheLength: 2,
    mcacheGossip: 1,
    // A repeat has the very signature of what was found valid before: it is dropped without another look at it.
    fastMsgIdFn: ({ signature }) => Buffer.from(signature ?? []).toString('latin1'),
    maxInboundStreams: 2,
    maxOutboundStreams: 2,
    maxInboundDataLength: MAX_FRAME_BYTES,
    maxOutboundBufferSize: MOST_UNSENT_BYTES,
    maxTopicBytesPerPeer: 16 << 10,
    decodeRpcLimits,
    ...scoringOf(topics, roster),
  };
}

/** Nodes send one item a frame; the rest is room for other implementations. */
const decodeRpcLimits = {
  maxSubscriptions: 16,
  maxMessages: 32,
  maxIhaveMessageIDs: 32,
  maxIwantMessageIDs: 16,
  maxControlMessages: 16,
  maxIdontwantMessageIDs: 32,
  maxPeerInfos: 0,
};
