import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backingRefusals, improvesBound } from '@twinspan/protocol';
import type { Bound, ConfidentialRecord, Policy } from '@twinspan/protocol';
import fc from 'fast-check';
import { decideBacking } from '../../src/back/backingDecision.ts';
import type { BackingCase, BackingDecision } from '../../src/back/backingDecision.ts';

const DAY = 86_400;
const now = 20_000 * DAY;
const times = { renewBeforeSeconds: 7 * DAY, valueHeadroomBps: 1_000 };
const policy: Policy = {
  allowedClasses: [1],
  allowedJurisdictions: [1],
  minRating: 50,
  maxAppraisalAge: 365 * DAY,
  maxLtvBps: 10_000,
  requireFiling: false,
  requireUnencumbered: true,
};
const record: ConfidentialRecord = {
  rightsId: `0x00${'11'.repeat(31)}`,
  class: 1,
  jurisdiction: 1,
  registeredUnits: 1_000n,
  appraisedValue: 1_200n,
  appraisedAt: now - DAY,
  appraisalValidUntil: now + 90 * DAY,
  rating: 80,
  encumbered: false,
  filingValidUntil: 0,
  ownerHash: `0x00${'22'.repeat(31)}`,
  documentsRoot: `0x00${'33'.repeat(31)}`,
  salt: `0x00${'44'.repeat(31)}`,
};
const stored: Bound = { units: 1_000n, unitValue: 1n, until: now + 90 * DAY };

function decide(change: Partial<BackingCase>): BackingDecision {
  return decideBacking({ record, policy, units: 1_000n, unitValue: 1n, stored: undefined, now, ...change }, times);
}

describe('decideBacking', () => {
  it('proves a record that has no bound', () => {
    const decision = decide({});
    assert.ok(decision.due === 'prove');
    assert.deepEqual(backingRefusals(record, policy, decision.bound), []);
    assert.ok(decision.bound.units >= 1_000n && decision.bound.until > now);
  });

  it('leaves a bound alone until shortly before its end', () => {
    assert.deepEqual(decide({ stored }), { due: 'nothing', lookAgainAt: stored.until - 7 * DAY });
  });

  it('renews a bound that ends soon when the record allows a later end', () => {
    const decision = decide({ stored: { ...stored, until: now + DAY } });
    assert.ok(decision.due === 'prove' && decision.bound.until > now + 80 * DAY);
  });

  it('keeps a bound that cannot end later, and looks again when it has run out', () => {
    const late = now + 89 * DAY;
    const decision = decide({ stored, now: late });
    assert.deepEqual(decision, { due: 'nothing', lookAgainAt: stored.until + 1 });
  });

  it('proves again when the unit value outgrows the bound', () => {
    const worth = { ...record, appraisedValue: 10_000n };
    const decision = decide({ record: worth, unitValue: 2n, stored });
    assert.ok(decision.due === 'prove' && decision.bound.unitValue >= 2n && improvesBound(decision.bound, stored));
  });

  it('proves the part that the loan to value covers when it does not cover all, and only once', () => {
    const decision = decide({ unitValue: 2n });
    assert.ok(decision.due === 'prove');
    assert.deepEqual([decision.bound.units, decision.bound.unitValue], [600n, 2n]);
    assert.equal(decide({ unitValue: 2n, stored: decision.bound }).due, 'nothing');
  });

  it('refuses what the policy refuses, with its reasons', () => {
    assert.deepEqual(decide({ record: { ...record, rating: 10, encumbered: true } }), {
      due: 'refused',
      refusals: ['RATING_TOO_LOW', 'ENCUMBERED'],
    });
    assert.deepEqual(decide({ unitValue: 2_000n }), { due: 'refused', refusals: ['VALUE_NOT_COVERED'] });
    assert.deepEqual(decide({ stored, now: stored.until + 1 }).due, 'refused');
  });

  it('only ever proves what can be proven and improves what is stored', () => {
    const bound = fc.record({
      units: fc.bigInt({ min: 0n, max: 2_000n }),
      unitValue: fc.bigInt({ min: 0n, max: 3n }),
      until: fc.integer({ min: now - 10 * DAY, max: now + 100 * DAY }),
    });
    const units = fc.bigInt({ min: 1n, max: 1_500n });
    fc.assert(
      fc.property(
        fc.option(bound, { nil: undefined }),
        units,
        fc.integer({ min: 0, max: 120 }),
        (before, wanted, days) => {
          const decision = decide({ stored: before, units: wanted, now: now + days * DAY });
          if (decision.due !== 'prove') return;
          assert.deepEqual(backingRefusals(record, policy, decision.bound), []);
          assert.ok(improvesBound(decision.bound, before));
          assert.ok(decision.bound.units > 0n && decision.bound.unitValue >= 1n);
        },
      ),
    );
  });
});
