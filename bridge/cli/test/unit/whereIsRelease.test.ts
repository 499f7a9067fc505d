import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { whereIsRelease } from '../../src/nouns/release.ts';

const facts = { releasedThrough: 3n, finalizedBlock: 10n, blockNumber: 10n };

describe('where a release is', () => {
  it('below the lane’s released count it is applied', () => {
    assert.equal(whereIsRelease(2n, facts).state, 'applied');
  });

  it('in a block that is not final it waits for finality', () => {
    const where = whereIsRelease(3n, { ...facts, blockNumber: 11n });
    assert.equal(where.state, 'unfinal');
    assert.match(where.why, /11 is not final yet \(final is 10\)/);
  });

  it('final and not applied it waits for a release, behind those before it', () => {
    assert.match(whereIsRelease(3n, facts).why, /next/);
    assert.match(whereIsRelease(5n, facts).why, /^2 entries before it/);
  });
});
