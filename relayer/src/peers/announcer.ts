import { MOST_ITEMS_A_MESSAGE } from './topics.ts';
import type { TopicName } from './topics.ts';

/** So long an item waits for others of its topic, where several may go together. */
const GATHER_MS = 20;
/** Items that wait at most; one more is not said, and fetched by those who need it. */
const MOST_WAITING = 1_024;

/** Says items to the network, those of a moment together: a message costs every node more than an item in it. */
export class Announcer {
  readonly #say: (topic: TopicName, message: string) => void;
  /** No item twice: a message that repeats itself is refused. */
  readonly #waiting = new Map<TopicName, Set<string>>();

  constructor(say: (topic: TopicName, message: string) => void) {
    this.#say = say;
  }

  say(topic: TopicName, item: string): void {
    if (MOST_ITEMS_A_MESSAGE[topic] === 1) {
      this.#say(topic, item);
      return;
    }
    const waiting = this.#waiting.get(topic);
    if (waiting === undefined) this.#gather(topic, item);
    else if (waiting.size < MOST_WAITING) waiting.add(item);
  }

  /** Items of the topic that are not said yet. */
  waiting(topic: TopicName): number {
    return this.#waiting.get(topic)?.size ?? 0;
  }

  #gather(topic: TopicName, item: string): void {
    this.#waiting.set(topic, new Set([item]));
    setTimeout(() => {
      const items = [...(this.#waiting.get(topic) ?? [])];
      this.#waiting.delete(topic);
      const most = MOST_ITEMS_A_MESSAGE[topic];
      for (let at = 0; at < items.length; at += most) this.#say(topic, items.slice(at, at + most).join('\n'));
    }, GATHER_MS).unref();
  }
}
