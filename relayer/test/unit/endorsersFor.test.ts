import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endorsersFor } from '../../src/mint/3-endorse.ts';

const members = ['AuditorMSP', 'CustodianMSP', 'RegistryMSP'];
const asked = (attempts: number, mspId = 'CustodianMSP'): readonly string[] =>
  endorsersFor({ mspId, endorsementsNeeded: 2 }, members, attempts);

describe('endorsersFor', () => {
  it('asks the own org and one more, a different one after a failure', () => {
    assert.deepEqual(asked(0), ['CustodianMSP', 'AuditorMSP']);
    assert.deepEqual(asked(1), ['CustodianMSP', 'RegistryMSP']);
  });

  it('asks the others alone when the own org seems to be the trouble', () => {
    assert.deepEqual([...asked(2)].sort(), ['AuditorMSP', 'RegistryMSP']);
    assert.deepEqual(asked(3), ['CustodianMSP', 'RegistryMSP']);
  });

  it('never asks more or the same twice, whoever asks', () => {
    for (const mspId of [...members, 'StrangerMSP']) {
      for (let attempts = 0; attempts < 9; attempts++) {
        const orgs = asked(attempts, mspId);
        assert.equal(new Set(orgs).size, 2);
      }
    }
  });
});
