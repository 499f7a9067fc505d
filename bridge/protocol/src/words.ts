import { concatBytes, sha256Hex } from './bytes.ts';
import { Fault } from './faults.ts';
import { MAX_MESSAGES, MAX_STATES } from './header.ts';
import type { Hex } from './hex.ts';
import { decodeMessage, encodeMessage, MESSAGE_BYTES } from './message.ts';
import type { Message } from './message.ts';
import { decodeState, encodeState, STATE_BYTES } from './state.ts';
import type { RecordState } from './state.ts';

/** What an epoch carries: states in strictly ascending rightsId, messages in ascending slot. */
export interface EpochWords {
  readonly states: readonly RecordState[];
  readonly messages: readonly Message[];
}

/** All words, states first. @throws {Fault} STATE_BAD or MESSAGE_BAD when the order breaks §6.2 */
export function encodeWords(words: EpochWords): Uint8Array {
  requireOrder(words);
  return concatBytes(...words.states.map(encodeState), ...words.messages.map(encodeMessage));
}

/** sha256 of all words, states first. */
export function wordsHashOf(words: Uint8Array): Hex {
  return sha256Hex(words);
}

/**
 * Every rule of §6.2.
 *
 * @throws {Fault} WORDS_BAD on a length that does not match the counts; STATE_BAD or MESSAGE_BAD on a broken word
 */
export function decodeWords(bytes: Uint8Array, counts: { stateCount: number; messageCount: number }): EpochWords {
  const { stateCount, messageCount } = counts;
  const statesEnd = stateCount * STATE_BYTES;
  if (bytes.length !== statesEnd + messageCount * MESSAGE_BYTES) {
    throw new Fault('WORDS_BAD', `${bytes.length} bytes are not ${stateCount} states and ${messageCount} messages`);
  }
  const part = (start: number, length: number): Uint8Array => bytes.subarray(start, start + length);
  const words: EpochWords = {
    states: Array.from({ length: stateCount }, (_, i) => decodeState(part(i * STATE_BYTES, STATE_BYTES))),
    messages: Array.from({ length: messageCount }, (_, i) =>
      decodeMessage(part(statesEnd + i * MESSAGE_BYTES, MESSAGE_BYTES)),
    ),
  };
  requireOrder(words);
  return words;
}

/** As `decodeWords`, having checked that the words are the header's. @throws {Fault} WORDS_BAD also on another hash */
export function decodeWordsOf(
  header: { stateCount: number; messageCount: number; wordsHash: Hex },
  bytes: Uint8Array,
): EpochWords {
  if (wordsHashOf(bytes) !== header.wordsHash)
    throw new Fault('WORDS_BAD', "the words do not hash to the header's wordsHash");
  return decodeWords(bytes, header);
}

function requireOrder({ states, messages }: EpochWords): void {
  if (states.length > MAX_STATES) throw new Fault('STATE_BAD', `${states.length} states are more than ${MAX_STATES}`);
  if (messages.length > MAX_MESSAGES)
    throw new Fault('MESSAGE_BAD', `${messages.length} messages are more than ${MAX_MESSAGES}`);
  states.forEach((state, i) => {
    const before = states[i - 1];
    if (before !== undefined && before.rightsId >= state.rightsId) {
      throw new Fault('STATE_BAD', `state ${i} is not after state ${i - 1} by rightsId`);
    }
  });
  messages.forEach((message, i) => {
    if (message.slot >= states.length)
      throw new Fault('MESSAGE_BAD', `message ${i} names slot ${message.slot} of ${states.length}`);
    const before = messages[i - 1];
    if (before !== undefined && before.slot > message.slot)
      throw new Fault('MESSAGE_BAD', `message ${i} is before its slot`);
  });
}
