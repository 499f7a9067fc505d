import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, canonicalJsonBytes, detailsHashOf } from '../../src/index.ts';
import { fault } from './vectorFiles.ts';

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().map((n) => n + 0),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
  ),
})).value;

describe('canonical JSON', () => {
  it('reads back as the same value, and writing that again gives the same text', () => {
    fc.assert(
      fc.property(value, (original) => {
        const text = canonicalJson(original);
        const again: unknown = JSON.parse(text);
        assert.equal(canonicalJson(again), text);
        assert.deepEqual(again, JSON.parse(JSON.stringify(original)));
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2 }), (keys) => {
        fc.pre(!keys.includes('__proto__'));
        const forwards = Object.fromEntries(keys.map((key) => [key, key]));
        const backwards = Object.fromEntries(keys.toReversed().map((key) => [key, key]));
        assert.equal(canonicalJson(forwards), canonicalJson(backwards));
      }),
    );
  });

  it('sorts by code unit, has no white space, writes bigint as a decimal string and leaves undefined out', () => {
    const text = canonicalJson({ b: [1, { d: true, c: null }], a: 'x"\n', B: 2n ** 80n, Ａ: '', gone: undefined });
    assert.equal(text, '{"B":"1208925819614629174706176","a":"x\\"\\n","b":[1,{"c":null,"d":true}],"Ａ":""}');
  });

  it('refuses what has no exact form', () => {
    for (const bad of [
      1.5,
      Number.NaN,
      Infinity,
      2 ** 53,
      undefined,
      [undefined],
      new Date(0),
      new Map(),
      Symbol('s'),
      fault,
    ]) {
      assert.throws(() => canonicalJson(bad), fault('ENCODING_BAD'));
    }
  });

  it('detailsHash is sha256 of its UTF-8 bytes', () => {
    const details = { accounts: ['库', 'treasury'] };
    const expected = createHash('sha256').update('{"accounts":["库","treasury"]}', 'utf8').digest('hex');
    assert.equal(detailsHashOf(details), `0x${expected}`);
    assert.equal(Buffer.from(canonicalJsonBytes(details)).toString('utf8'), '{"accounts":["库","treasury"]}');
  });
});
