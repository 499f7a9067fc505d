import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import {
  addressField,
  bytesFromHex,
  decodeHeader,
  decodeMessage,
  decodeState,
  decodeWords,
  decodeWordsOf,
  encodeHeader,
  encodeMessage,
  encodeState,
  encodeWords,
  Fault,
  headerHashOf,
  hexBytesField,
  hexFromBytes,
  integerField,
  rightsIdField,
  timeField,
  uint64Field,
  unitsField,
  unitValueField,
  wordField,
  wordsHashOf,
} from '../../src/index.ts';
import { header, message, state, words } from './arbitraries.ts';
import { fault, faultCodeField, readVectors } from './vectorFiles.ts';

const stateFields = z.object({
  rightsId: rightsIdField,
  status: z.enum(['ACTIVE', 'FROZEN', 'REVOKED']),
  sealedUnits: unitsField,
  releasedUnits: unitsField,
  unitValue: unitValueField,
  valuedAt: timeField,
  recordCommitment: wordField,
  termsHash: wordField,
});
const messageFields = z.object({
  kind: z.enum(['MINT', 'YIELD']),
  slot: integerField(8),
  recipient: addressField,
  units: unitsField,
});
const bytes = { bytes: hexBytesField };
const refused = z.object({ name: z.string(), ...bytes, code: faultCodeField });

/** Decoding either gives back bytes that encode to the same, or is refused with this code. */
function totalOn<T>(decode: (b: Uint8Array) => T, encode: (v: T) => Uint8Array, codes: readonly string[]) {
  return (candidate: Uint8Array): void => {
    let decoded: T;
    try {
      decoded = decode(candidate);
    } catch (error) {
      assert.ok(error instanceof Fault && codes.includes(error.code), String(error));
      return;
    }
    assert.deepEqual(encode(decoded), candidate);
  };
}

/** Valid bytes with one bit flipped. */
function flipped(encoded: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(encoded, fc.nat()).map(([original, n]) => {
    const changed = Uint8Array.from(original);
    const place = n % (8 * changed.length);
    changed[place >> 3] = (changed[place >> 3] ?? 0) ^ (1 << (place & 7));
    return changed;
  });
}

describe('state', () => {
  it('matches the vectors both ways', () => {
    const vectors = readVectors('states', { cases: stateFields.extend(bytes), refused });
    for (const { bytes: hex, ...fields } of vectors.cases) {
      assert.equal(hexFromBytes(encodeState(fields)), hex);
      assert.deepEqual(decodeState(bytesFromHex(hex)), fields);
    }
    for (const { bytes: hex, code } of vectors.refused)
      assert.throws(() => decodeState(bytesFromHex(hex)), fault(code));
  });

  it('round-trips', () => {
    fc.assert(
      fc.property(state, (fields) => {
        assert.deepEqual(decodeState(encodeState(fields)), fields);
      }),
    );
  });

  it('any other bytes decode to themselves or are refused', () => {
    fc.assert(fc.property(flipped(state.map(encodeState)), totalOn(decodeState, encodeState, ['STATE_BAD'])));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 170 }), totalOn(decodeState, encodeState, ['STATE_BAD'])));
  });
});

describe('message', () => {
  it('matches the vectors both ways', () => {
    const vectors = readVectors('messages', { cases: messageFields.extend(bytes), refused });
    for (const { bytes: hex, ...fields } of vectors.cases) {
      assert.equal(hexFromBytes(encodeMessage(fields)), hex);
      assert.deepEqual(decodeMessage(bytesFromHex(hex)), fields);
    }
    for (const { bytes: hex, code } of vectors.refused)
      assert.throws(() => decodeMessage(bytesFromHex(hex)), fault(code));
  });

  it('round-trips', () => {
    fc.assert(
      fc.property(message(256), (fields) => {
        assert.deepEqual(decodeMessage(encodeMessage(fields)), fields);
      }),
    );
  });

  it('any other bytes decode to themselves or are refused', () => {
    fc.assert(
      fc.property(flipped(message(256).map(encodeMessage)), totalOn(decodeMessage, encodeMessage, ['MESSAGE_BAD'])),
    );
  });

  it('refuses fields beyond their width', () => {
    const good = { kind: 'MINT', slot: 0, recipient: `0x${'00'.repeat(20)}`, units: 0n } as const;
    assert.throws(() => encodeMessage({ ...good, slot: 256 }), fault('ENCODING_BAD'));
    assert.throws(() => encodeMessage({ ...good, units: 2n ** 80n }), fault('ENCODING_BAD'));
    assert.throws(() => encodeMessage({ ...good, recipient: '0x00' }), fault('ENCODING_BAD'));
  });
});

describe('words', () => {
  const counts = { stateCount: integerField(16), messageCount: integerField(16) };
  const vectors = readVectors('words', {
    cases: z.object({
      states: z.array(stateFields),
      messages: z.array(messageFields),
      ...counts,
      ...bytes,
      wordsHash: wordField,
    }),
    refused: refused.extend(counts),
  });

  it('match the vectors both ways', () => {
    for (const { states, messages, bytes: hex, ...expected } of vectors.cases) {
      const encoded = encodeWords({ states, messages });
      assert.equal(hexFromBytes(encoded), hex);
      assert.equal(wordsHashOf(encoded), expected.wordsHash);
      assert.equal(`0x${createHash('sha256').update(encoded).digest('hex')}`, expected.wordsHash);
      assert.deepEqual(decodeWordsOf(expected, encoded), { states, messages });
      assert.throws(
        () => decodeWordsOf({ ...expected, wordsHash: `0x${'00'.repeat(32)}` }, encoded),
        fault('WORDS_BAD'),
      );
    }
    for (const { bytes: hex, code, ...rest } of vectors.refused) {
      assert.throws(() => decodeWords(bytesFromHex(hex), rest), fault(code), rest.name);
    }
  });

  it('round-trip', () => {
    fc.assert(
      fc.property(words, (epoch) => {
        const sizes = { stateCount: epoch.states.length, messageCount: epoch.messages.length };
        assert.deepEqual(decodeWords(encodeWords(epoch), sizes), epoch);
      }),
    );
  });

  it('are refused out of order and beyond their counts', () => {
    const [, two] = vectors.cases;
    assert.ok(two);
    assert.throws(() => encodeWords({ ...two, states: two.states.toReversed() }), fault('STATE_BAD'));
    assert.throws(() => encodeWords({ ...two, messages: two.messages.toReversed() }), fault('MESSAGE_BAD'));
    assert.throws(() => encodeWords({ states: [], messages: two.messages }), fault('MESSAGE_BAD'));
    const [first] = two.states;
    const [mint] = two.messages;
    assert.ok(first && mint);
    const many = Array.from({ length: 65 }, (_, i) => ({
      ...first,
      rightsId: hexFromBytes(Uint8Array.from([...new Uint8Array(31), i])),
    }));
    assert.throws(() => encodeWords({ states: many, messages: [] }), fault('STATE_BAD'));
    assert.equal(encodeWords({ states: many.slice(1), messages: [] }).length, 64 * 160);
    const messages = Array.from({ length: 257 }, () => mint);
    assert.throws(() => encodeWords({ states: two.states, messages }), fault('MESSAGE_BAD'));
  });
});

describe('header', () => {
  const vectors = readVectors('headers', {
    cases: z.object({
      assetChainId: wordField,
      laneId: uint64Field,
      tradingChainId: uint64Field,
      bridge: addressField,
      epoch: uint64Field,
      previousHeader: wordField,
      firstMessage: uint64Field,
      messageCount: integerField(16),
      stateCount: integerField(16),
      wordsHash: wordField,
      detailsHash: wordField,
      sealedAt: uint64Field,
      releasedThrough: uint64Field,
      ...bytes,
      headerHash: wordField,
    }),
    refused,
  });

  it('matches the vectors both ways', () => {
    for (const { bytes: hex, headerHash, ...fields } of vectors.cases) {
      const encoded = encodeHeader(fields);
      assert.equal(hexFromBytes(encoded), hex);
      assert.equal(encoded.length, 204);
      assert.deepEqual(decodeHeader(encoded), fields);
      assert.equal(headerHashOf(fields), headerHash);
      assert.equal(headerHashOf(encoded), headerHash);
      assert.equal(`0x${createHash('sha256').update(encoded).digest('hex')}`, headerHash);
    }
    for (const { name, bytes: hex, code } of vectors.refused) {
      assert.throws(() => decodeHeader(bytesFromHex(hex)), fault(code), name);
    }
  });

  it('round-trips', () => {
    fc.assert(
      fc.property(header, (fields) => {
        assert.deepEqual(decodeHeader(encodeHeader(fields)), fields);
      }),
    );
  });

  it('any other bytes decode to themselves or are refused', () => {
    fc.assert(fc.property(flipped(header.map(encodeHeader)), totalOn(decodeHeader, encodeHeader, ['HEADER_BAD'])));
  });

  it('is never written with counts or a first epoch that break its rules', () => {
    const good = decodeHeader(bytesFromHex(vectors.cases[0]?.bytes ?? ''));
    for (const bad of [
      { messageCount: 257 },
      { stateCount: 65 },
      { messageCount: 0, stateCount: 0 },
      { epoch: 0n },
      { epoch: 1n },
      { epoch: 1n, previousHeader: `0x${'00'.repeat(32)}` as const },
    ]) {
      assert.throws(() => encodeHeader({ ...good, ...bad }), fault('HEADER_BAD'));
    }
    assert.throws(() => encodeHeader({ ...good, laneId: 2n ** 64n }), fault('ENCODING_BAD'));
  });
});
