import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Endorsers } from '../../src/mint/endorsers.ts';

const members = ['AuditorMSP', 'CustodianMSP', 'RegistryMSP'];

function scene(mspId = 'CustodianMSP'): { endorsers: Endorsers; pass: (ms: number) => void } {
  let nowMs = 0;
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { endorsers: new Endorsers({ mspId, members, needed: 2 }, () => nowMs), pass };
}

/** Rounds until one succeeds in which nobody is asked who fails. */
function roundsAround(failing: readonly string[], endorsers: Endorsers): number {
  for (let round = 1; round < 10; round++) {
    const orgs = endorsers.next();
    assert.equal(new Set(orgs).size, 2);
    if (!orgs.some((org) => failing.includes(org))) {
      endorsers.succeeded(orgs);
      return round;
    }
    endorsers.failed(orgs);
  }
  return assert.fail('nobody was found');
}

describe('the endorsers of an epoch', () => {
  it('are the own org and one more', () => {
    assert.deepEqual(scene().endorsers.next(), ['CustodianMSP', 'AuditorMSP']);
    assert.deepEqual(scene('RegistryMSP').endorsers.next(), ['RegistryMSP', 'AuditorMSP']);
    assert.equal(new Set(scene('StrangerMSP').endorsers.next()).size, 2);
  });

  for (const failing of members) {
    it(`are found around ${failing}, and found at once from then on`, () => {
      const { endorsers } = scene();
      assert.ok(roundsAround([failing], endorsers) <= 3);
      for (let epoch = 0; epoch < 5; epoch++) assert.equal(roundsAround([failing], endorsers), 1);
    });
  }

  it('may be those again that failed some time ago', () => {
    const { endorsers, pass } = scene();
    endorsers.failed(['CustodianMSP', 'AuditorMSP']);
    assert.deepEqual(endorsers.next(), ['RegistryMSP', 'CustodianMSP']);
    pass(30_001);
    assert.deepEqual(endorsers.next(), ['CustodianMSP', 'AuditorMSP']);
  });
});
