import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ratioToTarget } from '../../src/targets.ts';

describe('ratioToTarget', () => {
  it('is below one when less than the most is used', () => {
    assert.equal(ratioToTarget('seconds.prove.one', 0.5), 0.5);
  });

  it('is above one when a rate stays under the least', () => {
    assert.equal(ratioToTarget('rate.crossings', 125), 2);
  });

  it('is undefined for a measure without a target', () => {
    assert.equal(ratioToTarget('share.seal', 0.2), undefined);
  });
});
