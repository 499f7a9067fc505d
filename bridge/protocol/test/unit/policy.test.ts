import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import {
  decimalField,
  FIELD_MODULUS,
  improvesBound,
  integerField,
  packBound,
  packPolicy,
  timeField,
  unitsField,
  unitValueField,
  unpackBound,
  unpackPolicy,
} from '../../src/index.ts';
import { bound, policy } from './arbitraries.ts';
import { fault, faultCodeField, readVectors } from './vectorFiles.ts';

const refused = z.object({ name: z.string(), packed: decimalField(256), code: faultCodeField });

describe('policy', () => {
  const vectors = readVectors('policies', {
    cases: z.object({
      name: z.string(),
      allowedClasses: z.array(integerField(6)),
      allowedJurisdictions: z.array(integerField(6)),
      minRating: integerField(8),
      maxAppraisalAge: timeField,
      maxLtvBps: integerField(16),
      requireFiling: z.boolean(),
      requireUnencumbered: z.boolean(),
      packed: decimalField(256),
    }),
    refused,
  });

  it('matches the vectors both ways', () => {
    for (const { name, packed, ...fields } of vectors.cases) {
      assert.equal(packPolicy(fields), packed, name);
      assert.deepEqual(unpackPolicy(packed), fields, name);
    }
    for (const { packed, code } of vectors.refused) assert.throws(() => unpackPolicy(packed), fault(code));
  });

  it('round-trips and is a field element', () => {
    fc.assert(
      fc.property(policy, (fields) => {
        const packed = packPolicy(fields);
        assert.ok(packed < FIELD_MODULUS);
        assert.deepEqual(unpackPolicy(packed), fields);
      }),
    );
  });

  it('every number unpacks to a policy that packs to it again, or is refused', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 196n - 1n }), (packed) => {
        const valid = packed >> 194n === 0n && ((packed >> 176n) & 0xffffn) <= 10_000n;
        if (valid) assert.equal(packPolicy(unpackPolicy(packed)), packed);
        else assert.throws(() => unpackPolicy(packed), fault('POLICY_BAD'));
      }),
    );
  });

  it('refuses fields beyond their width', () => {
    const good = unpackPolicy(0n);
    for (const bad of [
      { allowedClasses: [64] },
      { allowedJurisdictions: [-1] },
      { minRating: 256 },
      { minRating: 0.5 },
      { maxAppraisalAge: 2 ** 40 },
      { maxLtvBps: 10_001 },
      { maxLtvBps: -1 },
    ]) {
      assert.throws(() => packPolicy({ ...good, ...bad }), fault('POLICY_BAD'));
    }
    assert.throws(() => unpackPolicy(-1n), fault('POLICY_BAD'));
  });
});

describe('bound', () => {
  const vectors = readVectors('bounds', {
    cases: z.object({
      name: z.string(),
      units: unitsField,
      unitValue: unitValueField,
      until: timeField,
      packed: decimalField(256),
    }),
    refused,
  });

  it('matches the vectors both ways', () => {
    for (const { name, packed, ...fields } of vectors.cases) {
      assert.equal(packBound(fields), packed, name);
      assert.deepEqual(unpackBound(packed), fields, name);
    }
    for (const { packed, code } of vectors.refused) assert.throws(() => unpackBound(packed), fault(code));
  });

  it('round-trips as U·2^120 + V·2^40 + T', () => {
    fc.assert(
      fc.property(bound, (fields) => {
        const packed = packBound(fields);
        assert.equal(packed, fields.units * 2n ** 120n + fields.unitValue * 2n ** 40n + BigInt(fields.until));
        assert.deepEqual(unpackBound(packed), fields);
      }),
    );
  });

  it('refuses fields beyond their width', () => {
    const good = unpackBound(0n);
    for (const bad of [
      { units: 2n ** 80n },
      { unitValue: 2n ** 80n },
      { until: 2 ** 40 },
      { units: -1n },
      { until: 0.5 },
    ]) {
      assert.throws(() => packBound({ ...good, ...bad }), fault('BOUND_BAD'));
    }
    assert.throws(() => unpackBound(-1n), fault('BOUND_BAD'));
  });

  it('a stored bound gives way to a later one, or to one that raises without lowering', () => {
    const stored = { units: 10n, unitValue: 10n, until: 10 };
    assert.ok(improvesBound(stored, undefined));
    assert.ok(!improvesBound(stored, stored));
    assert.ok(improvesBound({ units: 0n, unitValue: 0n, until: 11 }, stored));
    assert.ok(!improvesBound({ units: 99n, unitValue: 99n, until: 9 }, stored));
    assert.ok(improvesBound({ ...stored, units: 11n }, stored));
    assert.ok(improvesBound({ ...stored, unitValue: 11n }, stored));
    assert.ok(!improvesBound({ units: 11n, unitValue: 9n, until: 10 }, stored));
    assert.ok(!improvesBound({ units: 9n, unitValue: 11n, until: 10 }, stored));
  });

  it('an old proof replayed never changes anything: improving is a strict partial order', () => {
    const near = fc.record({
      units: fc.bigInt({ min: 0n, max: 3n }),
      unitValue: fc.bigInt({ min: 0n, max: 3n }),
      until: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(near, near, near, (a, b, c) => {
        assert.ok(!(improvesBound(a, b) && improvesBound(b, a)));
        if (improvesBound(a, b) && improvesBound(b, c)) assert.ok(improvesBound(a, c));
      }),
    );
  });
});
