import { peerIdFromString } from '@libp2p/peer-id';
import { Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { bundleFromWire } from '@twinspan/sdk';
import type { Logger } from 'pino';
import { asFault } from '../../asFault.ts';
import type { Metrics } from '../../metrics.ts';
import { attestationFromWire } from '../../release/attestations.ts';
import { isBlameless } from '../blame.ts';
import type { Receive } from '../gate.ts';
import type { Host } from '../host.ts';
import type { Offend, Roster, Standing } from '../standing.ts';
import type { TopicName } from '../topics.ts';
import {
  answerStream,
  FETCH_MS,
  fetchProtocolOf,
  hintFromWire,
  MAX_ANSWER_BYTES,
  MOST_ITEMS,
  questionToWire,
} from './protocol.ts';
import type { LaneHint, Question } from './protocol.ts';

export interface FetcherModules {
  readonly roster: Roster;
  readonly offend: Offend;
  readonly receive: Readonly<Partial<Record<TopicName, Receive>>>;
  readonly metrics: Metrics;
  readonly log: Logger;
}

type Take = (text: string, from: string) => Promise<void>;

/** Asks connected peers for what was missed; every item is verified as if it had come by gossip. */
export class Fetcher {
  readonly #host: Host;
  readonly #bridge: Hex;
  readonly #modules: FetcherModules;
  #turn = 0;

  constructor(host: Host, bridge: Hex, modules: FetcherModules) {
    this.#host = host;
    this.#bridge = bridge;
    this.#modules = modules;
  }

  /** @returns how many bundles were news */
  fetchBundles(laneId: bigint, fromEpoch: bigint, limit: number = MOST_ITEMS.bundles): Promise<number> {
    const question = { ask: 'bundles', laneId, fromEpoch, limit } as const;
    return this.#fetch('bundles', question, (text) => {
      const bundle = bundleFromWire(text);
      return bundle.laneId === laneId && bundle.epoch >= fromEpoch;
    });
  }

  /** Of the blocks from `fromBlock` to `toBlock`, both included. @returns how many attestations were news */
  fetchAttestations(fromBlock: bigint, toBlock: bigint): Promise<number> {
    const question = { ask: 'attestations', fromBlock, toBlock } as const;
    return this.#fetch('attestations', question, (text) => {
      const { blockNumber } = attestationFromWire(text);
      return blockNumber >= fromBlock && blockNumber <= toBlock;
    });
  }

  /** Proofs that wait for a carrier. @returns how many were news */
  fetchProofs(): Promise<number> {
    return this.#fetch('proofs', { ask: 'proofs' }, () => true);
  }

  /** The last epoch of each lane in the words of each connected peer; hearsay. @returns an answer a peer */
  async fetchLanes(): Promise<readonly (readonly LaneHint[])[]> {
    const answers: LaneHint[][] = [];
    for (const standing of this.#connected()) {
      const answer: LaneHint[] = [];
      answers.push(answer);
      await this.#askOf(standing, { ask: 'lanes' }, (text) => {
        answer.push(hintFromWire(text));
        return Promise.resolve();
      });
    }
    return answers;
  }

  /** One peer after another, until one had news; each call starts with another one. */
  async #fetch(topic: TopicName, question: Question, isAnswer: (text: string) => boolean): Promise<number> {
    let news = 0;
    const receive = this.#modules.receive[topic];
    const take: Take = async (text, from) => {
      if (!isAnswer(text)) throw new Fault('PEER_MESSAGE_BAD', 'the item is not what was asked for');
      if ((await receive?.(text, from)) === 'news') news += 1;
    };
    for (const standing of this.#connected()) {
      await this.#askOf(standing, question, take);
      if (news > 0) break;
    }
    this.#modules.metrics.list.fetched.inc({ ask: question.ask }, news);
    return news;
  }

  /** A peer that answers with what does not verify is believed no further. */
  async #askOf(standing: Standing, question: Question, take: Take): Promise<void> {
    const { log, offend } = this.#modules;
    const { node, peerId } = standing.card;
    try {
      for await (const text of this.#answersOf(peerId, question)) await take(text, standing.card.node);
      standing.seen();
    } catch (error) {
      const fault = asFault(error);
      const { code, sentence } = fault;
      log.info({ peer: node, ask: question.ask, code, sentence }, 'fetch failed');
      if (!isBlameless(fault)) offend(standing, 'lied');
    }
  }

  async *#answersOf(peerId: string, question: Question): AsyncGenerator<string> {
    const signal = AbortSignal.timeout(FETCH_MS);
    const stream = await this.#host.dialProtocol(peerIdFromString(peerId), fetchProtocolOf(this.#bridge), { signal });
    try {
      const lengths = answerStream(stream);
      await lengths.write(Buffer.from(questionToWire(question)), { signal });
      let bytes = 0;
      for (let items = 0; ; items++) {
        const item = await lengths.read({ signal });
        if (item.byteLength === 0) break;
        bytes += item.byteLength;
        if (items >= mostItems(question) || bytes > MAX_ANSWER_BYTES) {
          throw new Fault('PEER_MESSAGE_BAD', 'the answer is longer than an answer may be');
        }
        yield Buffer.from(item.subarray()).toString('latin1');
      }
      await stream.close({ signal });
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  #connected(): Standing[] {
    const { roster } = this.#modules;
    const present = new Set(this.#host.getPeers().map((peer) => peer.toString()));
    const standings = [...roster.all()].filter(({ card }) => present.has(card.peerId));
    const start = this.#turn++ % Math.max(1, standings.length);
    return [...standings.slice(start), ...standings.slice(0, start)];
  }
}

function mostItems(question: Question): number {
  return question.ask === 'bundles' ? question.limit : MOST_ITEMS[question.ask];
}
