import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { AttestorSet, Checkpoint, Hex } from '@twinspan/protocol';
import { attestorAddressOf, bytesFromHex, checkpointDigestOf, hexFromBytes } from '@twinspan/protocol';
import { signRecoverable } from 'tiny-secp256k1';
import { pino } from 'pino';
import type { Card } from '../../src/peers/card.ts';
import { catchUpStage } from '../../src/peers/fetch/catchUp.ts';
import { itemsFor } from '../../src/peers/fetch/shelf.ts';
import { startHost } from '../../src/peers/host.ts';
import type { Host } from '../../src/peers/host.ts';
import { peerLimits } from '../../src/peers/limits.ts';
import { openPeerNetwork } from '../../src/peers/network.ts';
import type { PeerNetwork, PeerOptions } from '../../src/peers/network.ts';
import { receiveAttestations, receiveBundle } from '../../src/peers/receivers.ts';
import { Roster } from '../../src/peers/standing.ts';
import { TOPICS, topicOf } from '../../src/peers/topics.ts';
import type { TopicName } from '../../src/peers/topics.ts';
import { Attestations } from '../../src/release/attestations.ts';
import type { Attestation } from '../../src/release/attestations.ts';
import { runStage } from '../../src/stage.ts';
import { cardKeys, cardOf } from './cards.ts';
import type { MemoryAsset } from './memoryAsset.ts';
import { MemoryNode } from './memoryNode.ts';
import { BRIDGE, TRADING_CHAIN_ID } from './memoryTrading.ts';
import type { MemoryTrading } from './memoryTrading.ts';

const domain = { tradingChainId: TRADING_CHAIN_ID, bridge: BRIDGE };
/** The trading chain's tip as every node of a mesh sees it. */
export const TIP = 10_000n;
const log = pino({ level: process.env.PEER_LOG ?? 'silent' });

/** Names, cards and ports of nodes that may meet. */
export interface Guests {
  readonly cards: readonly Card[];
  readonly attestorKeys: readonly Hex[];
  readonly set: AttestorSet;
}

/** Cards for so many nodes on free ports of this machine: `node-0`, `node-1`, … */
export async function inviteGuests(count: number): Promise<Guests> {
  const cards = await Promise.all(
    Array.from({ length: count }, async (_, place) =>
      cardOf({ node: `node-${place}`, addresses: [`/ip4/127.0.0.1/tcp/${await freePort()}`] }, domain, cardKeys(place)),
    ),
  );
  const attestorKeys = cards.map((_, place) => cardKeys(place).operatorKey);
  return { cards, attestorKeys, set: { attestors: attestorKeys.map(attestorAddressOf).sort(), threshold: 2 } };
}

/** A made-up checkpoint so many blocks behind the tip. */
export function checkpointAt(blocksBehind: bigint): Checkpoint {
  const word: Hex = `0x${blocksBehind.toString(16).padStart(64, '0')}`;
  return { blockNumber: TIP - blocksBehind, blockHash: word, stateRoot: word };
}

/** A signed one, made as fast as the receiver checks it. */
export function attestationAt(blocksBehind: bigint, key: Hex): Attestation {
  const checkpoint = checkpointAt(blocksBehind);
  const digest = bytesFromHex(checkpointDigestOf(domain, checkpoint), 32);
  const { signature, recoveryId } = signRecoverable(digest, bytesFromHex(key, 32));
  const attestor = addresses.get(key) ?? attestorAddressOf(key);
  addresses.set(key, attestor);
  return { ...checkpoint, attestor, signature: hexFromBytes(new Uint8Array([...signature, 27 + recoveryId])) };
}

const addresses = new Map<Hex, Hex>();

/** A node with its real store, receivers and libp2p; the chains are in memory. */
export class PeerNode {
  readonly memory: MemoryNode;
  readonly attestations: Attestations;
  readonly network: PeerNetwork;
  readonly #control = new AbortController();
  readonly #running: Promise<unknown>;

  private constructor(memory: MemoryNode, attestations: Attestations, network: PeerNetwork) {
    this.memory = memory;
    this.attestations = attestations;
    this.network = network;
    const tools = { log, metrics: memory.modules.metrics };
    const catchUp = catchUpStage(
      { idleMs: 50, learnsLanes: memory.options.learnsLanes },
      { ...memory.modules, ...network, wake: network.arrivals },
    );
    this.#running = Promise.all([
      runStage(network.dialStage, tools, this.#control.signal),
      runStage(catchUp, tools, this.#control.signal),
    ]);
  }

  static async open(
    guests: Guests,
    place: number,
    chains: { readonly asset: MemoryAsset; readonly trading: MemoryTrading },
    options: Partial<PeerOptions> = {},
  ): Promise<PeerNode> {
    const own = guests.cards[place];
    if (own === undefined) throw new Error(`there is no guest ${place}`);
    const memory = await MemoryNode.start(
      { node: own.node, mspId: place === 0 ? 'CustodianMSP' : 'AuditorMSP', clock: Date.now },
      chains.asset,
      chains.trading,
    );
    const attestations = new Attestations(memory.tables, domain);
    const { set } = guests;
    const receive = {
      bundles: receiveBundle(memory.options, memory.modules),
      attestations: receiveAttestations(
        { ...memory.modules, attestations, attestors: () => Promise.resolve(set.attestors) },
        () => TIP,
      ),
    };
    const network = await openPeerNetwork(
      { ...peerOptions(guests, place), ...options },
      { ...memory.modules, receive, log, itemsFor: (question) => itemsFor(question, memory.modules) },
    );
    return new PeerNode(memory, attestations, network);
  }

  async close(): Promise<void> {
    if (this.#control.signal.aborted) return;
    this.#control.abort();
    await this.#running;
    await this.network.close();
    await this.memory.remove();
  }
}

/** A libp2p node with a guest's keys and none of its manners; it listens where its card says. */
export async function openRude(guests: Guests, place: number, listens = true): Promise<{ host: Host; say: Say }> {
  const { seed } = cardKeys(place);
  const others = guests.cards.filter((_, other) => other !== place);
  const roster = new Roster(others, peerLimits(1_000_000), Date.now);
  const topics = TOPICS.map((name) => topicOf(name, BRIDGE));
  const host = await startHost(
    {
      listen: guests.cards[place]?.addresses[0] ?? '',
      seed,
      maxConnections: 16,
      mdns: false,
      topics,
      found: () => undefined,
    },
    roster,
  );
  if (listens) for (const topic of topics) host.services.pubsub.subscribe(topic);
  return {
    host,
    say: async (topic, text) => {
      await host.services.pubsub.publish(topicOf(topic, BRIDGE), Buffer.from(text));
    },
  };
}

type Say = (topic: TopicName, text: string) => Promise<void>;

function peerOptions({ cards }: Guests, place: number): PeerOptions {
  return {
    listen: cards[place]?.addresses[0] ?? '',
    seed: cardKeys(place).seed,
    cards: cards.filter((_, other) => other !== place),
    bridge: BRIDGE,
    redialMs: 100,
    bootstrap: [],
    mdns: false,
    maxConnections: 16,
    itemsPerSecond: 2_000,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** Polls until it holds. @throws when it has not after `ms` */
export async function until(what: string, holds: () => boolean, ms = 15_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
