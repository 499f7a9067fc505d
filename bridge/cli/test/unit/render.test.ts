import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { facts, grouped, hkdText, jsonText, shortId, table, timeText, unitsText } from '../../src/render.ts';
import { hkdInput } from '../../src/inputs.ts';

describe('rendering', () => {
  it('a table is as wide as its cells, numbers to the right, no trailing spaces', () => {
    const rows = [
      { name: 'a', units: 5n },
      { name: 'treasury', units: 1_500n },
    ];
    const text = table(
      [
        { title: 'account', of: ({ name }) => name },
        { title: 'units', of: ({ units }) => grouped(units), isNumber: true },
      ],
      rows,
      'none',
    );
    assert.equal(text, 'account   units\na             5\ntreasury  1,500');
    assert.equal(table([{ title: 'x', of: () => '' }], [], 'none'), 'none');
  });

  it('facts line up and leave out what is not known', () => {
    assert.equal(facts({ state: 'held', gone: undefined, 'do next': 'wait' }), 'state    held\ndo next  wait');
    assert.equal(facts({}), '');
  });

  it('units show the record’s decimals', () => {
    assert.equal(unitsText(1_500_000n, 6), '1.500000');
    assert.equal(unitsText(1_234_567n, 0), '1,234,567');
    assert.equal(unitsText(5n, 3), '0.005');
    assert.equal(unitsText(-5n, 3), '-0.005');
  });

  it('HKD read back as they were', () => {
    assert.equal(hkdText(2_500_000_000_000_000_000n), '2.5 HKD');
    assert.equal(hkdText(0n), '0 HKD');
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n }), (value) => {
        const typed = hkdText(value).replace(' HKD', '').replaceAll(',', '_');
        assert.equal(hkdInput.parse(typed), value);
      }),
    );
  });

  it('times are UTC, ids keep both ends, bigint is a decimal string in JSON', () => {
    assert.equal(timeText(1_768_435_200), '2026-01-15T00:00:00Z');
    assert.equal(timeText(0n), '-');
    assert.equal(shortId('short'), 'short');
    assert.equal(shortId('0x0123456789abcdef0123456789abcdef'), '0x0123456789…abcdef');
    assert.equal(
      jsonText({ units: 2n ** 70n, list: [1n] }),
      JSON.stringify({ units: '1180591620717411303424', list: ['1'] }, null, 2),
    );
  });
});
