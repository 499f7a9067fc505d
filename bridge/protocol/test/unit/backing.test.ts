import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import {
  backingRefusals,
  bestBound,
  coverableUnits,
  confidentialRecordSchema,
  decimalField,
  improvesBound,
  isBacked,
  recordCommitmentOf,
  requireBound,
  timeField,
  unitsField,
  unitValueField,
  unpackBound,
  unpackPolicy,
} from '../../src/index.ts';
import type { Bound, ConfidentialRecord, Policy } from '../../src/index.ts';
import { bound, policy, record } from './arbitraries.ts';
import { fault, noRefused, readVectors } from './vectorFiles.ts';

const rules = readVectors('backing-rules', {
  cases: z.object({
    name: z.string(),
    record: confidentialRecordSchema,
    commitment: decimalField(256),
    policy: decimalField(194),
    bound: decimalField(200),
    provable: z.boolean(),
    refusals: z.array(z.string()),
  }),
  refused: noRefused,
}).cases;

/** §5 once more, in other words. */
function provable(r: ConfidentialRecord, p: Policy, b: Bound): boolean {
  const until = BigInt(b.until);
  if (!new Set(p.allowedClasses).has(r.class) || !new Set(p.allowedJurisdictions).has(r.jurisdiction)) return false;
  if (r.rating < p.minRating || (p.requireUnencumbered && r.encumbered)) return false;
  if (until > BigInt(r.appraisalValidUntil) || until > BigInt(r.appraisedAt) + BigInt(p.maxAppraisalAge)) return false;
  if (p.requireFiling && until > BigInt(r.filingValidUntil)) return false;
  return covered(r, p, b);
}

function covered(r: ConfidentialRecord, p: Policy, b: Bound): boolean {
  return !(b.units > r.registeredUnits) && !(b.units * b.unitValue * 10_000n > r.appraisedValue * BigInt(p.maxLtvBps));
}

/** A record that an unrestrictive policy accepts, with room for bounds. */
const open: Policy = {
  allowedClasses: [1],
  allowedJurisdictions: [1],
  minRating: 0,
  maxAppraisalAge: 2 ** 40 - 1,
  maxLtvBps: 10_000,
  requireFiling: false,
  requireUnencumbered: false,
};
const [solar] = rules;
assert.ok(solar);
const until = 86_400 * 20_000 + 3_600;
const accepted: ConfidentialRecord = {
  ...solar.record,
  registeredUnits: 1_000n,
  appraisedValue: 1_000_000n,
  appraisalValidUntil: until,
};
const day = 86_400 * 20_000;

describe('backing rules', () => {
  for (const vector of rules) {
    it(`matches the vector: ${vector.name}`, () => {
      const [p, b] = [unpackPolicy(vector.policy), unpackBound(vector.bound)];
      assert.deepEqual(backingRefusals(vector.record, p, b), vector.refusals);
      assert.equal(provable(vector.record, p, b), vector.provable);
      assert.equal(BigInt(recordCommitmentOf(vector.record)), vector.commitment);
    });
  }

  it('agree with §5 in other words on any input', () => {
    fc.assert(
      fc.property(record, policy, bound, (r, p, b) => {
        assert.equal(backingRefusals(r, p, b).length === 0, provable(r, p, b));
      }),
    );
  });
});

describe('backed', () => {
  it('matches the vectors', () => {
    const { cases } = readVectors('backed', {
      cases: z.object({
        name: z.string(),
        status: z.enum(['ACTIVE', 'FROZEN', 'REVOKED']),
        sealedUnits: unitsField,
        releasedUnits: unitsField,
        unitValue: unitValueField,
        bound: decimalField(200),
        at: timeField,
        backed: z.boolean(),
      }),
      refused: noRefused,
    });
    const expected = ['at every limit at once', 'nothing outside, nothing proven'];
    for (const { name, bound: packed, at, backed, ...state } of cases) {
      assert.equal(isBacked(state, unpackBound(packed), at), backed, name);
      assert.equal(backed, expected.includes(name), name);
    }
  });

  it('never without a bound', () => {
    const state = { status: 'ACTIVE', sealedUnits: 0n, releasedUnits: 0n, unitValue: 0n } as const;
    assert.equal(isBacked(state, undefined, 0), false);
  });
});

describe('the best bound', () => {
  it('is what is wanted, until the day before the record stops allowing it', () => {
    const choice = bestBound(accepted, open, { units: 10n, unitValue: 3n, at: day });
    assert.deepEqual(choice, { bound: { units: 10n, unitValue: 3n, until: day }, refusals: [] });
  });

  it('holds to the exact second when the day has begun', () => {
    const choice = bestBound(accepted, open, { units: 10n, unitValue: 3n, at: day + 1 });
    assert.equal(choice.bound?.until, until);
  });

  it('names every rule that refuses', () => {
    const strict = { ...open, minRating: 255, maxLtvBps: 1 };
    const choice = bestBound(accepted, strict, { units: 1_001n, unitValue: 1_000n, at: until + 1 });
    assert.equal(choice.bound, undefined);
    assert.deepEqual(choice.refusals, [
      'RATING_TOO_LOW',
      'APPRAISAL_EXPIRED',
      'UNITS_ABOVE_REGISTERED',
      'VALUE_NOT_COVERED',
    ]);
    const wanted = { units: 1_001n, unitValue: 0n, at: 0 };
    assert.throws(() => requireBound(accepted, open, wanted), {
      ...fault('NOT_BACKABLE'),
      message: /UNITS_ABOVE_REGISTERED/,
    });
    assert.equal(requireBound(accepted, open, { ...wanted, units: 1_000n }).units, 1_000n);
  });

  it('leaves a stored bound that covers what is wanted', () => {
    const stored = { units: 10n, unitValue: 3n, until: day };
    assert.deepEqual(bestBound(accepted, open, { units: 9n, unitValue: 3n, at: 0, stored }).bound, stored);
  });

  it('takes a second of the day where it must lower one part', () => {
    const stored = { units: 10n, unitValue: 100_000n, until: day };
    const choice = bestBound(accepted, open, { units: 1_000n, unitValue: 1_000n, at: 0, stored });
    assert.deepEqual(choice.bound, { units: 1_000n, unitValue: 1_000n, until: day + 1 });
  });

  it('raises without lowering when no second is left, and refuses when the cover does not reach', () => {
    const stored = { units: 10n, unitValue: 3n, until };
    const raised = bestBound(accepted, open, { units: 4n, unitValue: 9n, at: 0, stored });
    assert.deepEqual(raised.bound, { units: 10n, unitValue: 9n, until });
    const worn = { units: 10n, unitValue: 100_000n, until };
    const choice = bestBound(accepted, open, { units: 1_000n, unitValue: 1_000n, at: 0, stored: worn });
    assert.deepEqual(choice, { bound: undefined, refusals: ['VALUE_NOT_COVERED'] });
  });

  it('is always provable, always covers what is wanted, and is stored or improves on what is', () => {
    const small = fc.bigInt({ min: 0n, max: 1_200n });
    const wanted = fc.record({ units: small, unitValue: small, at: fc.nat({ max: until }) });
    const stored = fc.option(
      fc.record({ units: small, unitValue: small, until: fc.integer({ min: day - 2, max: until }) }),
      {
        nil: undefined,
      },
    );
    fc.assert(
      fc.property(wanted, stored, (want, before) => {
        const choice = bestBound(accepted, open, before === undefined ? want : { ...want, stored: before });
        if (choice.bound === undefined) return;
        const found = choice.bound;
        assert.ok(found.units >= want.units && found.unitValue >= want.unitValue && found.until >= want.at);
        if (before !== undefined && found === before) return;
        assert.ok(provable(accepted, open, found));
        assert.ok(improvesBound(found, before));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the coverable units', () => {
  it('are two digits of what the loan to value covers, at most the registered units', () => {
    const covered = { ...accepted, registeredUnits: 10_000n };
    assert.equal(coverableUnits(covered, open, 810n), 1_200n);
    assert.equal(coverableUnits(covered, open, 1n), 10_000n);
    assert.equal(coverableUnits(covered, open, 0n), 10_000n);
    assert.equal(coverableUnits(covered, open, 1_000_001n), 0n);
  });

  it('are always provable at that unit value', () => {
    fc.assert(
      fc.property(record, policy, fc.bigInt({ min: 0n, max: 2n ** 80n - 1n }), (r, p, unitValue) => {
        const claimed = { units: coverableUnits(r, p, unitValue), unitValue, until: 0 };
        const refusals = backingRefusals(r, p, claimed);
        assert.ok(!refusals.includes('VALUE_NOT_COVERED') && !refusals.includes('UNITS_ABOVE_REGISTERED'));
      }),
    );
  });
});
