import type { Stream } from '@libp2p/interface';
import { lpStream } from '@libp2p/utils';
import type { LengthPrefixedStream } from '@libp2p/utils';
import { Fault, laneIdField, uint64Field } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { z } from 'zod';
import { MAX_MESSAGE_BYTES } from '../topics.ts';

/** One question a stream: the asker writes it, the other writes items, then an empty one; each with its length before it. */
export function fetchProtocolOf(bridge: Hex): string {
  return `/twinspan/1/${bridge}/fetch`;
}

/** Longest that a question and its answer may take together. */
export const FETCH_MS = 10_000;
const MAX_QUESTION_BYTES = 512;
/** The items of one answer together. */
export const MAX_ANSWER_BYTES = 4 << 20;
/** Most items of one answer. */
export const MOST_ITEMS = { bundles: 32, attestations: 512, proofs: 512, lanes: 1_024 } as const;

const questionSchema = z.discriminatedUnion('ask', [
  z.strictObject({
    ask: z.literal('bundles'),
    laneId: laneIdField,
    fromEpoch: uint64Field,
    limit: z.int().min(1).max(MOST_ITEMS.bundles),
  }),
  z.strictObject({ ask: z.literal('attestations'), fromBlock: uint64Field, toBlock: uint64Field }),
  z.strictObject({ ask: z.literal('proofs') }),
  z.strictObject({ ask: z.literal('lanes') }),
]);
export type Question = z.output<typeof questionSchema>;

const hintSchema = z.strictObject({ laneId: laneIdField, epoch: uint64Field });
/** What a peer says of a lane: nothing to rely on but a reason to ask for bundles, which prove themselves. */
export type LaneHint = z.output<typeof hintSchema>;

export function questionToWire(question: Question): string {
  return JSON.stringify(question, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

/** @throws Fault PEER_MESSAGE_BAD */
export function questionFromWire(text: string): Question {
  return parse(questionSchema, text, 'a question');
}

export function hintToWire({ laneId, epoch }: LaneHint): string {
  return JSON.stringify({ laneId: laneId.toString(), epoch: epoch.toString() });
}

/** @throws Fault PEER_MESSAGE_BAD */
export function hintFromWire(text: string): LaneHint {
  return parse(hintSchema, text, 'a lane');
}

function parse<Value>(schema: z.ZodType<Value>, text: string, what: string): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault('PEER_MESSAGE_BAD', `the text is not ${what}`, { cause });
  }
}

/** What the side that answers reads. */
export function questionStream(stream: Stream): LengthPrefixedStream {
  return lpStream(stream, { maxDataLength: MAX_QUESTION_BYTES, maxBufferSize: 2 * MAX_QUESTION_BYTES });
}

/** What the side that asks reads. */
export function answerStream(stream: Stream): LengthPrefixedStream {
  return lpStream(stream, { maxDataLength: MAX_MESSAGE_BYTES.bundles, maxBufferSize: 2 * MAX_ANSWER_BYTES });
}
