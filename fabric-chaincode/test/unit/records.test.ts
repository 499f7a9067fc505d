import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Hex } from '@twinspan/protocol';
import { rightsIdOf } from '@twinspan/protocol';
import { AssetNetwork, assertNothingWritten, jsonOf } from '../fakes/assetNetwork.ts';
import { activeRecord, registered } from '../fakes/fixtures.ts';

const unknown = rightsIdOf('CustodianMSP', 'none');
let network: AssetNetwork;
let rightsId: Hex;
beforeEach(async () => {
  network = new AssetNetwork();
  rightsId = await activeRecord(network, 'CustodianMSP', 'HB-1');
});

describe('value', () => {
  const valuedAt = 1_796_000_000;

  it('changes value and time of valuation', async () => {
    const outcome = await network.submit('CustodianMSP', 'value', { rightsId, unitValue: '501', valuedAt });
    assert.deepEqual(jsonOf(outcome), { rightsId, unitValue: '501', valuedAt });
    assert.deepEqual(outcome.event, { name: 'RecordChanged', ids: { rightsId } });
    const record = await network.query('AuditorMSP', 'record', { rightsId });
    assert.equal(record.unitValue, '501');
    assert.equal(record.valuedAt, valuedAt);
  });

  it('answers a repeated valuation and writes nothing', async () => {
    await network.submit('CustodianMSP', 'value', { rightsId, unitValue: '501', valuedAt });
    assertNothingWritten(await network.propose('CustodianMSP', 'value', { rightsId, unitValue: '501', valuedAt }));
  });

  it('refuses a step back in time and a value above 80 bits', async () => {
    const early = { rightsId, unitValue: '501', valuedAt: 1_794_999_999 };
    await network.refused('VALUE_RANGE', 'CustodianMSP', 'value', early);
    const high = { rightsId, unitValue: (1n << 80n).toString(), valuedAt };
    await network.refused('VALUE_RANGE', 'CustodianMSP', 'value', high);
  });

  it('refuses a valuation from the future, which no later one could follow', async () => {
    const ahead = { rightsId, unitValue: '501', valuedAt: 1_900_000_000 };
    await network.refused('VALUE_RANGE', 'CustodianMSP', 'value', ahead);
  });

  it("refuses another custodian's, an unknown and a revoked record", async () => {
    const args = { rightsId, unitValue: '501', valuedAt };
    await network.refused('FORBIDDEN', 'OtherMSP', 'value', args);
    await network.refused('RECORD_UNKNOWN', 'CustodianMSP', 'value', { ...args, rightsId: unknown });
    await network.submit('RegistryMSP', 'revoke', { rightsId, reason: 'fraud' });
    await network.refused('RECORD_STATUS', 'CustodianMSP', 'value', args);
  });
});

describe('freeze, unfreeze, revoke', () => {
  const statusOf = async (): Promise<unknown> => (await network.query('AuditorMSP', 'record', { rightsId })).status;

  it('freezes, unfreezes and revokes with a reason on the record', async () => {
    await network.submit('RegistryMSP', 'freeze', { rightsId, reason: 'court order 7' });
    assert.equal(await statusOf(), 'FROZEN');
    assert.equal((await network.query('AuditorMSP', 'record', { rightsId })).reason, 'court order 7');
    await network.submit('RegistryMSP', 'unfreeze', { rightsId, reason: 'lifted' });
    assert.equal(await statusOf(), 'ACTIVE');
    const outcome = await network.submit('RegistryMSP', 'revoke', { rightsId, reason: 'fraud' });
    assert.deepEqual(jsonOf(outcome), { rightsId, status: 'REVOKED' });
    assert.equal(await statusOf(), 'REVOKED');
  });

  it('answers a repeated change and writes nothing', async () => {
    assertNothingWritten(await network.propose('RegistryMSP', 'unfreeze', { rightsId, reason: 'again' }));
    await network.submit('RegistryMSP', 'freeze', { rightsId, reason: 'court order' });
    assertNothingWritten(await network.propose('RegistryMSP', 'freeze', { rightsId, reason: 'again' }));
    await network.submit('RegistryMSP', 'revoke', { rightsId, reason: 'fraud' });
    assertNothingWritten(await network.propose('RegistryMSP', 'revoke', { rightsId, reason: 'again' }));
  });

  it('keeps a revoked record revoked', async () => {
    await network.submit('RegistryMSP', 'revoke', { rightsId, reason: 'fraud' });
    await network.refused('RECORD_STATUS', 'RegistryMSP', 'unfreeze', { rightsId, reason: 'regret' });
    await network.refused('RECORD_STATUS', 'RegistryMSP', 'freeze', { rightsId, reason: 'regret' });
  });

  it('refuses to freeze what is not confirmed, and unknown records', async () => {
    await registered(network, 'CustodianMSP', 'HB-2');
    const args = { rightsId: rightsIdOf('CustodianMSP', 'HB-2'), reason: 'early' };
    await network.refused('RECORD_STATUS', 'RegistryMSP', 'freeze', args);
    await network.refused('RECORD_STATUS', 'RegistryMSP', 'unfreeze', args);
    for (const name of ['freeze', 'unfreeze', 'revoke']) {
      await network.refused('RECORD_UNKNOWN', 'RegistryMSP', name, { rightsId: unknown, reason: 'none' });
    }
  });

  it('refuses a missing, empty or long reason', async () => {
    await network.refused('BAD_REQUEST', 'RegistryMSP', 'freeze', { rightsId });
    await network.refused('BAD_REQUEST', 'RegistryMSP', 'freeze', { rightsId, reason: '' });
    await network.refused('BAD_REQUEST', 'RegistryMSP', 'freeze', { rightsId, reason: 'x'.repeat(201) });
  });
});
