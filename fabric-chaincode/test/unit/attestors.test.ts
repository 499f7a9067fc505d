import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Hex } from '@twinspan/protocol';
import { AssetNetwork, assertNothingWritten, jsonOf } from '../fakes/assetNetwork.ts';

const address = (i: number): Hex => `0x${i.toString(16).padStart(2, '0').repeat(20)}`;
const oldSet = { attestors: [address(1), address(2), address(3)], threshold: 2 };
const newSet = { attestors: [address(1), address(2), address(4)], threshold: 2 };

let network: AssetNetwork;
beforeEach(() => {
  network = new AssetNetwork();
});

const approve = (mspId: string, set: object): ReturnType<AssetNetwork['submit']> =>
  network.submit(mspId, 'approveAttestors', set);
const inForce = (): Promise<Record<string, unknown>> => network.query('AuditorMSP', 'attestors', {});

describe('approveAttestors', () => {
  it('puts a set into force with the second organization', async () => {
    await network.refused('ATTESTORS_UNSET', 'AuditorMSP', 'attestors', {});
    assert.equal(jsonOf(await approve('CustodianMSP', oldSet)).isInForce, false);
    await network.refused('ATTESTORS_UNSET', 'AuditorMSP', 'attestors', {});
    const second = await approve('AuditorMSP', oldSet);
    assert.equal(jsonOf(second).isInForce, true);
    assert.deepEqual(second.event, { name: 'AttestorsApproved', ids: {} });
    assert.deepEqual(await inForce(), oldSet);
  });

  it('answers a repeated vote and writes nothing, and one organization stays one vote', async () => {
    await approve('CustodianMSP', oldSet);
    assertNothingWritten(await network.propose('CustodianMSP', 'approveAttestors', oldSet));
    await network.refused('ATTESTORS_UNSET', 'AuditorMSP', 'attestors', {});
    await approve('RegistryMSP', oldSet);
    for (const mspId of ['CustodianMSP', 'AuditorMSP']) {
      const again = await network.propose(mspId, 'approveAttestors', oldSet);
      assert.equal(jsonOf(again).isInForce, true);
      assertNothingWritten(again);
    }
  });

  it('needs two votes for the same set: members and threshold', async () => {
    await approve('CustodianMSP', oldSet);
    await approve('RegistryMSP', newSet);
    await approve('AuditorMSP', { ...oldSet, threshold: 1 });
    await network.refused('ATTESTORS_UNSET', 'AuditorMSP', 'attestors', {});
  });

  it('replaces an organization’s vote', async () => {
    await approve('CustodianMSP', oldSet);
    await approve('CustodianMSP', newSet);
    await approve('RegistryMSP', oldSet);
    await network.refused('ATTESTORS_UNSET', 'AuditorMSP', 'attestors', {});
    await approve('AuditorMSP', newSet);
    assert.deepEqual(await inForce(), newSet);
  });

  it('uses votes up: an old one never brings an old set back', async () => {
    await approve('CustodianMSP', oldSet);
    await approve('RegistryMSP', oldSet);
    await approve('CustodianMSP', newSet);
    await approve('AuditorMSP', newSet);
    assert.equal(jsonOf(await approve('AuditorMSP', oldSet)).isInForce, false);
    assert.deepEqual(await inForce(), newSet);
  });

  it('forgets a vote for another set once its organization approves the one in force again', async () => {
    await approve('CustodianMSP', oldSet);
    await approve('RegistryMSP', oldSet);
    await approve('CustodianMSP', newSet);
    assert.equal(jsonOf(await approve('CustodianMSP', oldSet)).isInForce, true);
    assert.equal(jsonOf(await approve('AuditorMSP', newSet)).isInForce, false);
    assert.deepEqual(await inForce(), oldSet);
  });

  it('refuses a set that is unordered, repeated, empty, zero or cannot reach its threshold', async () => {
    const [one, two] = [address(1), address(2)];
    const cases: [string, object][] = [
      ['SIGNER_ORDER', { attestors: [two, one], threshold: 1 }],
      ['SIGNER_ORDER', { attestors: [one, one], threshold: 1 }],
      ['BAD_REQUEST', { attestors: [], threshold: 1 }],
      ['BAD_REQUEST', { attestors: [address(0)], threshold: 1 }],
      ['BAD_REQUEST', { attestors: [one], threshold: 0 }],
      ['BAD_REQUEST', { attestors: [one], threshold: 2 }],
      ['BAD_REQUEST', { attestors: ['0xAB'], threshold: 1 }],
      ['TOO_MANY', { attestors: Array.from({ length: 33 }, (_, i) => address(i + 1)), threshold: 1 }],
    ];
    for (const [code, set] of cases) await network.refused(code, 'AuditorMSP', 'approveAttestors', set);
  });
});
