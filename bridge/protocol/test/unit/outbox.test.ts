import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodeAbiParameters, encodePacked, keccak256 } from 'viem';
import { z } from 'zod';
import {
  bounceTargetOf,
  bytesFromHex,
  decodeOutboxEntry,
  EMPTY_OUTBOX_HEAD,
  encodeOutboxEntry,
  hexBytesField,
  hexFromBytes,
  laneIdField,
  outboxEntryHashOf,
  outboxHeadAfter,
  outboxHeadAfterAll,
  outboxHeadSlotOf,
  releaseKindNumbers,
  uint64Field,
  unitsField,
  wordField,
} from '../../src/index.ts';
import { outboxEntry } from './arbitraries.ts';
import { fault, noRefused, readVectors } from './vectorFiles.ts';

const { cases } = readVectors('outbox', {
  cases: z.object({
    index: uint64Field,
    kind: z.enum(['REDEEM', 'BOUNCE']),
    rightsId: wordField,
    units: unitsField,
    target: wordField,
    bytes: hexBytesField,
    entryHash: wordField,
    headBefore: wordField,
    headAfter: wordField,
    laneId: laneIdField,
    headSlot: wordField,
  }),
  refused: noRefused,
});

describe('outbox', () => {
  it('matches the vectors, and the EVM encoder gives the same hashes', () => {
    let head = EMPTY_OUTBOX_HEAD;
    for (const { bytes, entryHash, headBefore, headAfter, laneId, headSlot, ...entry } of cases) {
      assert.equal(headBefore, head);
      assert.equal(hexFromBytes(encodeOutboxEntry(entry)), bytes);
      assert.equal(outboxEntryHashOf(entry), entryHash);
      const packed = encodePacked(
        ['uint64', 'uint8', 'bytes32', 'uint80', 'bytes32'],
        [entry.index, releaseKindNumbers[entry.kind], entry.rightsId, entry.units, entry.target],
      );
      assert.equal(keccak256(packed), entryHash);
      head = outboxHeadAfter(head, entry);
      assert.equal(head, headAfter);
      assert.equal(keccak256(encodePacked(['bytes32', 'bytes32'], [headBefore, entryHash])), headAfter);
      assert.equal(outboxHeadSlotOf(laneId), headSlot);
      assert.equal(keccak256(encodeAbiParameters([{ type: 'uint256' }, { type: 'uint256' }], [laneId, 0n])), headSlot);
    }
    assert.equal(outboxHeadAfterAll(EMPTY_OUTBOX_HEAD, 0n, cases), head);
  });

  it('an entry round-trips', () => {
    fc.assert(
      fc.property(outboxEntry, (entry) => {
        assert.deepEqual(decodeOutboxEntry(encodeOutboxEntry(entry)), entry);
      }),
    );
  });

  it('refuses other lengths, kinds and widths', () => {
    const bytes = bytesFromHex(cases[0]?.bytes ?? '');
    assert.throws(() => decodeOutboxEntry(bytes.subarray(1)), fault('ENCODING_BAD'));
    for (const kind of [0, 3, 255]) {
      assert.throws(() => decodeOutboxEntry(bytes.with(8, kind)), fault('ENCODING_BAD'));
    }
    const [entry] = cases;
    assert.ok(entry);
    assert.throws(() => encodeOutboxEntry({ ...entry, units: 2n ** 80n }), fault('ENCODING_BAD'));
    assert.throws(() => encodeOutboxEntry({ ...entry, index: 2n ** 64n }), fault('ENCODING_BAD'));
  });

  it('an entry changed, dropped, added or reordered ends at another head or is refused', () => {
    const head = outboxHeadAfterAll(EMPTY_OUTBOX_HEAD, 0n, cases);
    const [first, second, ...rest] = cases;
    assert.ok(first && second);
    assert.throws(() => outboxHeadAfterAll(EMPTY_OUTBOX_HEAD, 0n, [first, ...rest]), fault('OUTBOX_MISMATCH'));
    assert.throws(() => outboxHeadAfterAll(EMPTY_OUTBOX_HEAD, 0n, [second, first, ...rest]), fault('OUTBOX_MISMATCH'));
    assert.throws(() => outboxHeadAfterAll(EMPTY_OUTBOX_HEAD, 0n, [first, first]), fault('OUTBOX_MISMATCH'));
    assert.notEqual(outboxHeadAfterAll(EMPTY_OUTBOX_HEAD, 0n, cases.slice(0, -1)), head);
    fc.assert(
      fc.property(fc.nat({ max: cases.length - 1 }), outboxEntry, (place, other) => {
        const changed = cases.map((entry, i) => (i === place ? { ...other, index: entry.index } : entry));
        assert.notEqual(outboxHeadAfterAll(EMPTY_OUTBOX_HEAD, 0n, changed), head);
      }),
    );
  });

  it('a bounce names its message as uint256', () => {
    assert.equal(bounceTargetOf(258n), `0x${'00'.repeat(30)}0102`);
  });
});
