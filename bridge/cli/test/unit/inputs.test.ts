import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { getAddress } from 'viem';
import type { z } from 'zod';
import {
  addressInput,
  countInput,
  hkdInput,
  laneIndexInput,
  laneInput,
  messageNameInput,
  timeInput,
  unitsInput,
} from '../../src/inputs.ts';

function refuses(schema: z.ZodType, ...texts: readonly string[]): void {
  for (const text of texts) assert.equal(schema.safeParse(text).success, false, text);
}

describe('what people type', () => {
  it('units are whole, positive and of 80 bits', () => {
    assert.equal(unitsInput.parse('1_500'), 1_500n);
    assert.equal(unitsInput.parse((2n ** 80n - 1n).toString()), 2n ** 80n - 1n);
    refuses(unitsInput, '0', '-1', '1.5', '', '_1', '1e3', '0x10', (2n ** 80n).toString());
  });

  it('HKD have at most 18 decimals', () => {
    assert.equal(hkdInput.parse('2.5'), 2_500_000_000_000_000_000n);
    assert.equal(hkdInput.parse('0'), 0n);
    assert.equal(hkdInput.parse('0.000000000000000001'), 1n);
    assert.equal(hkdInput.parse('1_000'), 10n ** 21n);
    refuses(hkdInput, '.5', '1.', '-1', '1,5', '0.0000000000000000001', '');
  });

  it('times are Unix seconds or dates', () => {
    assert.equal(timeInput.parse('1768435200'), 1_768_435_200);
    assert.equal(timeInput.parse('2026-01-15'), 1_768_435_200);
    assert.equal(timeInput.parse('2026-01-15T08:00:00+08:00'), 1_768_435_200);
    refuses(timeInput, 'tomorrow', '-5', '', '1099511627776', '1960-01-01');
  });

  it('addresses keep their checksum honest', () => {
    const right = getAddress('0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed');
    assert.equal(addressInput.parse(right), right.toLowerCase());
    assert.equal(addressInput.parse(right.toLowerCase()), right.toLowerCase());
    assert.equal(addressInput.parse(`0x${right.slice(2).toUpperCase()}`), right.toLowerCase());
    refuses(addressInput, right.replace('a', 'A'), '0x00', right.slice(2), `${right}00`);
  });

  it('counts and lanes stay in range', () => {
    assert.equal(countInput.parse('10000'), 10_000);
    refuses(countInput, '0', '10001', '-1', '1.5');
    assert.equal(laneInput.parse('18446744073709551615'), 2n ** 64n - 1n);
    refuses(laneInput, '18446744073709551616', '0x1', '');
  });

  it('a message is a lock id, a place in a lane, or an index', () => {
    const batchId = 'a'.repeat(64);
    assert.deepEqual(messageNameInput.parse(`${batchId}:12`), {
      by: 'lock',
      lockId: `${batchId}:12`,
      batchId,
      place: 12,
    });
    assert.deepEqual(messageNameInput.parse('77:12'), { by: 'place', laneId: 77n, index: 12n });
    assert.deepEqual(messageNameInput.parse('12'), { by: 'place', laneId: undefined, index: 12n });
    refuses(messageNameInput, '', ':', '1:', ':1', 'a:1', `${batchId}:01`, '1:2:3');
    assert.deepEqual(laneIndexInput.parse('77:0'), { laneId: 77n, index: 0n });
    refuses(laneIndexInput, 'x', `${batchId}:1`);
  });

  it('any text is parsed or refused, never thrown on', () => {
    const schemas = [unitsInput, hkdInput, timeInput, addressInput, laneInput, countInput, messageNameInput];
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...schemas), (text, schema) => {
        schema.safeParse(text);
      }),
    );
  });
});
