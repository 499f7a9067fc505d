import type { Logger } from 'pino';
import type { Metrics } from '../metrics.ts';
import { asFault } from '../asFault.ts';
import { isBlameless } from './blame.ts';
import { MAX_MESSAGE_BYTES } from './topics.ts';
import type { TopicName } from './topics.ts';

/** news: keep and pass on. known: neither. excess: not looked at, for its sender asks too much of this node. */
export type Reception = 'news' | 'known' | 'excess';

/** Verifies the items of a message and keeps them durably; `from` names the peer. @throws Fault when one is not what it says */
export type Receive = (text: string, from: string) => Promise<Reception>;

/** What gossipsub does with the message: pass it on, drop it, or drop it and think less of the sender. */
export type Verdict = 'accept' | 'ignore' | 'reject';
/** shed: dropped unseen. */
export type Judgement = Verdict | 'shed';

export interface GateModules {
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Stands before everything that peers send: bounded in size, verified before it is kept or forwarded. */
export class Gate {
  readonly #receive: Readonly<Partial<Record<TopicName, Receive>>>;
  readonly #modules: GateModules;
  /** Messages under verification: the same one from two peers at once is verified once. */
  readonly #pending = new Set<string>();

  constructor(receive: Readonly<Partial<Record<TopicName, Receive>>>, modules: GateModules) {
    this.#receive = receive;
    this.#modules = modules;
  }

  /** @param from name of the node that sent it */
  async judge(topic: TopicName, message: Uint8Array, from: string): Promise<Judgement> {
    if (message.length > MAX_MESSAGE_BYTES[topic]) return 'reject';
    const text = Buffer.from(message.buffer, message.byteOffset, message.length).toString('latin1');
    if (this.#pending.has(text)) return 'ignore';
    this.#pending.add(text);
    try {
      const reception = await this.#receive[topic]?.(text, from);
      if (reception === 'excess') return 'shed';
      return reception === 'news' ? 'accept' : 'ignore';
    } catch (error) {
      return this.#blame(topic, error);
    } finally {
      this.#pending.delete(text);
    }
  }

  #blame(topic: TopicName, error: unknown): Verdict {
    const fault = asFault(error);
    if (fault.code === 'SIGNER_UNKNOWN') return 'ignore';
    const line = { topic, code: fault.code, sentence: fault.sentence };
    if (isBlameless(fault)) this.#modules.log.warn(line, 'peer item not judged');
    else this.#modules.log.debug(line, 'peer item refused');
    return isBlameless(fault) ? 'ignore' : 'reject';
  }
}
