import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { supplyOf } from '../../src/nouns/token/supply.ts';

describe('supply', () => {
  const units = fc.bigInt({ min: 0n, max: 2n ** 60n });

  it('differs by nothing while minted, held and outboxed make up what was attested', () => {
    fc.assert(
      fc.property(units, units, units, units, units, (minted, held, pending, released, inFlight) => {
        const outboxed = pending + released;
        const attested = minted + held + outboxed;
        const row = supplyOf({ sealed: attested + inFlight, released, attested, minted, held, outboxed });
        assert.equal(row.difference, 0n);
        assert.equal(row.inFlight, inFlight);
        assert.equal(row.tradingChain.outboxPending, pending);
      }),
    );
  });

  it('shows a unit minted too many', () => {
    const row = supplyOf({ sealed: 10n, released: 0n, attested: 10n, minted: 11n, held: 0n, outboxed: 0n });
    assert.equal(row.difference, -1n);
  });
});
