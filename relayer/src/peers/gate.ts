import type { Logger } from 'pino';
import type { Metrics } from '../metrics.ts';
import { asFault } from '../asFault.ts';
import { MAX_ITEM_BYTES } from './topics.ts';
import type { TopicName } from './topics.ts';

/** news: keep and pass on. known: neither. */
export type Reception = 'news' | 'known';

/** Verifies an item and keeps it durably; `from` names the peer. @throws Fault when it is not what it says */
export type Receive = (text: string, from?: string) => Promise<Reception>;

/** What gossipsub does with the item: pass it on, drop it, or drop it and think less of the sender. */
export type Verdict = 'accept' | 'ignore' | 'reject';

export interface GateModules {
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Stands before everything that peers send: bounded in size, verified before it is kept or forwarded. */
export async function judge(
  topic: TopicName,
  item: Uint8Array,
  receive: Receive,
  { metrics, log }: GateModules,
): Promise<Verdict> {
  const verdict = await verdictOf(topic, item, receive, log);
  metrics.list.gossip.inc({ topic, verdict });
  return verdict;
}

async function verdictOf(topic: TopicName, item: Uint8Array, receive: Receive, log: Logger): Promise<Verdict> {
  if (item.length > MAX_ITEM_BYTES[topic]) return 'reject';
  try {
    const reception = await receive(Buffer.from(item).toString('utf8'));
    return reception === 'news' ? 'accept' : 'ignore';
  } catch (error) {
    const fault = asFault(error);
    log.warn({ topic, code: fault.code, sentence: fault.sentence }, 'peer item dropped');
    // What could not be judged now, because a chain did not answer, is nobody's fault.
    return fault.remedy === 'retry' || fault.code === 'INTERNAL' ? 'ignore' : 'reject';
  }
}
