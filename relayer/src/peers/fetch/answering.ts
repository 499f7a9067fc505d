import type { Connection, Stream } from '@libp2p/interface';
import type { Hex } from '@twinspan/protocol';
import { plainError } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Metrics } from '../../metrics.ts';
import type { Host } from '../host.ts';
import { LONGEST_DEBT_MS } from '../limits.ts';
import type { Offend, Roster, Standing } from '../standing.ts';
import { FETCH_MS, fetchProtocolOf, MAX_ANSWER_BYTES, questionFromWire, questionStream } from './protocol.ts';
import type { Question } from './protocol.ts';

/** Questions of one peer that are answered at once. */
const MOST_STREAMS = 2;

export interface AnsweringModules {
  readonly roster: Roster;
  readonly offend: Offend;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** What this node has, in the order in which it is given. */
  readonly itemsFor: (question: Question) => AsyncIterable<string>;
}

/** Answers those who were away: bounded in size, time and number, for members of the allow-list alone. */
export async function answerFetches(host: Host, bridge: Hex, modules: AnsweringModules): Promise<void> {
  await host.handle(fetchProtocolOf(bridge), (stream, connection) => answerOrAbort(stream, connection, modules), {
    maxInboundStreams: MOST_STREAMS,
    maxOutboundStreams: MOST_STREAMS,
  });
}

async function answerOrAbort(stream: Stream, connection: Connection, modules: AnsweringModules): Promise<void> {
  const { metrics, log } = modules;
  const standing = modules.roster.get(connection.remotePeer.toString());
  try {
    if (standing === undefined) throw new Error('no card');
    standing.seen();
    if (isTooMuch(standing, modules.offend)) throw new Error('asked too often');
    const { ask } = await answer(stream, modules);
    metrics.list.fetchesAnswered.inc({ ask });
  } catch (error) {
    metrics.list.fetchesAnswered.inc({ ask: 'refused' });
    log.debug({ peer: standing?.card.node, error: plainError(error) }, 'fetch not answered');
    stream.abort(error instanceof Error ? error : new Error(String(error)));
  }
}

function isTooMuch(standing: Standing, offend: Offend): boolean {
  const owedMs = standing.asksBucket.take(1);
  if (owedMs > LONGEST_DEBT_MS) offend(standing, 'asked');
  return owedMs > 0;
}

async function answer(stream: Stream, { itemsFor }: AnsweringModules): Promise<Question> {
  const signal = AbortSignal.timeout(FETCH_MS);
  const lengths = questionStream(stream);
  const question = questionFromWire(Buffer.from((await lengths.read({ signal })).subarray()).toString('utf8'));
  let bytes = 0;
  for await (const item of itemsFor(question)) {
    bytes += item.length;
    if (bytes > MAX_ANSWER_BYTES) break;
    await lengths.write(Buffer.from(item), { signal });
  }
  await lengths.write(new Uint8Array(), { signal });
  await stream.close({ signal });
  return question;
}
