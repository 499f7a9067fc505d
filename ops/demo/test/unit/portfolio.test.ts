import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { parsePortfolio, readPortfolio } from '../../src/portfolio.ts';

const file = new URL('../../../../examples/portfolio.json', import.meta.url).pathname;
const example = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;

describe('the example portfolio', () => {
  it('has what the demo shows: records, locks, redemptions, a refusal by policy and one by eligibility', async () => {
    const portfolio = await readPortfolio(file);
    assert.ok(portfolio.records.length >= 3);
    assert.ok(portfolio.locks.length >= 40);
    assert.equal(portfolio.redemptions.length, 2);
    assert.ok(portfolio.records.some(({ encumbered }) => encumbered) && portfolio.policy.requireUnencumbered);
    const refused = portfolio.locks.filter(({ holder }) => !portfolio.onboarded.includes(holder));
    assert.equal(refused.length, 1);
  });

  it('stays within what the records issue', async () => {
    const portfolio = await readPortfolio(file);
    for (const { key, issuedUnits } of portfolio.records) {
      const locked = portfolio.locks.filter(({ record }) => record === key).reduce((sum, { units }) => sum + units, 0n);
      assert.ok(locked <= issuedUnits, key);
    }
  });
});

describe('parsePortfolio', () => {
  it('refuses a lock of a record that is not there', async () => {
    const portfolio = await example();
    const changed = { ...portfolio, freeze: { record: 'nowhere', reason: 'x' } };
    assert.throws(() => parsePortfolio(changed), /no record has the key «nowhere»/);
  });

  it('refuses an unknown key', () => {
    assert.throws(() => parsePortfolio({ mistyped: 1 }), /mistyped/);
  });
});
