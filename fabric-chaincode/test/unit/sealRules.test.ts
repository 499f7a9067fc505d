import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { rightsIdOf } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { AssetNetwork } from '../fakes/assetNetwork.ts';
import { activeRecord, epochOf, headerBytes, laneWithRecord, lockAll, lockOf, registered } from '../fakes/fixtures.ts';

let network: AssetNetwork;
let laneId: bigint;
let rightsId: Hex;
beforeEach(async () => {
  network = new AssetNetwork();
  ({ laneId, rightsId } = await laneWithRecord(network));
});

describe('seal of states', () => {
  it('lets the registry attest a freeze by itself', async () => {
    await network.submit('RegistryMSP', 'freeze', { rightsId, reason: 'court order' });
    await network.submit('RegistryMSP', 'seal', { laneId, lockIds: [], rightsIds: [rightsId] });
    const { header, words } = await epochOf(network, laneId, 1n);
    assert.deepEqual([header.messageCount, header.stateCount], [0, 1]);
    assert.equal(words.states[0]?.status, 'FROZEN');
  });

  it('refuses the registry as soon as a lock is named', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n)]);
    await network.refused('FORBIDDEN', 'RegistryMSP', 'seal', { laneId, lockIds, rightsIds: [] });
    await network.refused('FORBIDDEN', 'OtherMSP', 'seal', { laneId, lockIds: [], rightsIds: [rightsId] });
  });

  it('refuses an epoch without content or change', async () => {
    await network.refused('EPOCH_EMPTY', 'CustodianMSP', 'seal', { laneId, lockIds: [] });
    await network.submit('CustodianMSP', 'seal', { laneId, lockIds: [], rightsIds: [rightsId] });
    await network.refused('EPOCH_EMPTY', 'CustodianMSP', 'seal', { laneId, lockIds: [], rightsIds: [rightsId] });
  });

  it('refuses records that are unknown, never confirmed or not of the lane', async () => {
    const args = { laneId, lockIds: [] };
    await registered(network, 'CustodianMSP', 'HB-2');
    const theirs = await activeRecord(network, 'OtherMSP', 'HB-1');
    const cases: [string, Hex][] = [
      ['RECORD_NOT_ACTIVE', rightsIdOf('CustodianMSP', 'HB-2')],
      ['RECORD_UNKNOWN', rightsIdOf('CustodianMSP', 'none')],
      ['FORBIDDEN', theirs],
    ];
    for (const [code, id] of cases) {
      await network.refused(code, 'CustodianMSP', 'seal', { ...args, rightsIds: [id] });
      await network.refused(code, 'RegistryMSP', 'seal', { ...args, rightsIds: [rightsId, id] });
    }
  });

  it('refuses more than 64 states, counted together with those of the locks', async () => {
    const ids = Array.from({ length: 65 }, (_, i) => rightsIdOf('CustodianMSP', `none-${i}`));
    await network.refused('TOO_MANY', 'CustodianMSP', 'seal', { laneId, lockIds: [], rightsIds: ids });
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n)]);
    await network.refused('TOO_MANY', 'CustodianMSP', 'seal', { laneId, lockIds, rightsIds: ids.slice(1) });
  });
});

describe('sealedAt', () => {
  it('refuses a proposal more than 60 s behind or 10 s ahead of the endorser', async () => {
    network.skew = 0;
    const args = { laneId, lockIds: [], rightsIds: [rightsId] };
    for (const late of [-86_400, -61, 11, 86_400]) {
      await network.refused('CLOCK_SKEW', 'CustodianMSP', 'seal', args, { late });
    }
    for (const late of [-60, 0, 10]) {
      assert.equal((await network.propose('CustodianMSP', 'seal', args, { late })).status, 200);
    }
  });

  it('refuses a proposal from before the last epoch', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n), lockOf(rightsId, 2n)]);
    await network.submit('CustodianMSP', 'seal', { laneId, lockIds: lockIds.slice(0, 1) });
    const args = { laneId, lockIds: [lockIds[1]] };
    await network.refused('CLOCK_SKEW', 'CustodianMSP', 'seal', args, { late: -1 });
    await network.submit('CustodianMSP', 'seal', args, { late: 0 });
  });
});

describe('readEpoch', () => {
  it('sees a header only once it is committed', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n)]);
    const endorsed = await network.propose('CustodianMSP', 'seal', { laneId, lockIds });
    assert.equal(endorsed.status, 200);
    await network.refused('EPOCH_UNKNOWN', 'AuditorMSP', 'readEpoch', { laneId, epoch: '1' });
    await network.refused('EPOCH_UNKNOWN', 'AuditorMSP', 'epoch', { laneId, epoch: '1' });
    network.ledger.commit(endorsed.proposal, endorsed);
    assert.equal((await headerBytes(network, laneId, 1n)).length, 204);
  });
});
