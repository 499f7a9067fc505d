import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  bytesFromHex,
  bytesFromUint,
  concatBytes,
  decimalField,
  equalBytes,
  field248,
  hexBytesField,
  hexField,
  hexFromBytes,
  integerField,
  isHex,
  uintFromBytes,
} from '../../src/index.ts';
import { fault } from './vectorFiles.ts';

describe('hexadecimal', () => {
  it('round-trips any bytes and agrees with Buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const hex = hexFromBytes(bytes);
        assert.equal(hex, `0x${Buffer.from(bytes).toString('hex')}`);
        assert.deepEqual(bytesFromHex(hex), bytes);
        assert.deepEqual(bytesFromHex(hex, bytes.length), bytes);
      }),
    );
  });

  it('refuses upper case, odd digits, other characters, no prefix and other lengths', () => {
    for (const text of ['0xAB', '0xabc', '0xag', 'ab', '', '0X00', ' 0x00', '0x00\n']) {
      assert.equal(isHex(text), false);
      assert.throws(() => bytesFromHex(text), fault('ENCODING_BAD'));
    }
    assert.throws(() => bytesFromHex('0x0000', 3), fault('ENCODING_BAD'));
    assert.throws(() => bytesFromHex(`0x${'00'.repeat(500)}`, 32), /\.\.\./);
  });
});

describe('integers', () => {
  it('round-trip at their width and are refused one bit wider', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.bigInt({ min: 0n, max: 2n ** 320n - 1n }), (length, value) => {
        const fits = value >> BigInt(8 * length) === 0n;
        if (fits) assert.equal(uintFromBytes(bytesFromUint(value, length)), value);
        else assert.throws(() => bytesFromUint(value, length), fault('ENCODING_BAD'));
      }),
    );
    assert.throws(() => bytesFromUint(-1n, 8), fault('ENCODING_BAD'));
    assert.equal(uintFromBytes(new Uint8Array()), 0n);
  });

  it('concatenate and compare as bytes', () => {
    const joined = concatBytes(new Uint8Array([1]), new Uint8Array(), new Uint8Array([2, 3]));
    assert.ok(equalBytes(joined, new Uint8Array([1, 2, 3])));
    assert.ok(!equalBytes(joined, new Uint8Array([1, 2])));
    assert.ok(!equalBytes(joined, new Uint8Array([1, 2, 4])));
  });
});

describe('fields', () => {
  it('take decimal strings of the width and nothing else', () => {
    const field = decimalField(80);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 80n - 1n }), (value) => field.parse(value.toString()) === value),
    );
    for (const value of [(2n ** 80n).toString(), '-1', '01', '1.0', '', '0x1', ' 1', '1e3', 1, null]) {
      assert.equal(field.safeParse(value).success, false, String(value));
    }
  });

  it('take integers of the width and nothing else', () => {
    const field = integerField(40);
    assert.equal(field.parse(2 ** 40 - 1), 2 ** 40 - 1);
    for (const value of [2 ** 40, -1, 0.5, '1', Number.NaN]) assert.equal(field.safeParse(value).success, false);
  });

  it('take hexadecimal of the length and nothing else', () => {
    assert.equal(hexField(2).safeParse('0x0011').success, true);
    assert.equal(hexField(2).safeParse('0x001').success, false);
    assert.equal(hexField(2).safeParse('0x001122').success, false);
    assert.equal(hexBytesField.safeParse('0x').success, true);
    assert.equal(hexBytesField.safeParse('0x0').success, false);
    assert.equal(field248.safeParse(`0x00${'ff'.repeat(31)}`).success, true);
    assert.equal(field248.safeParse(`0x01${'00'.repeat(31)}`).success, false);
  });
});
