import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { confidentialRecordSchema, recordCommitmentOf, rightsIdOf } from '@twinspan/protocol';
import { AssetNetwork, assertNothingWritten, jsonOf } from '../fakes/assetNetwork.ts';
import { canonicalJson } from '@twinspan/protocol';
import { activeRecord, commitmentOf, confidentialOf, holdingOf, registered, registration } from '../fakes/fixtures.ts';

const rightsId = rightsIdOf('CustodianMSP', 'HB-1');
const confidential = confidentialOf('CustodianMSP', 'HB-1');
const transient = confidential;
const parsed = confidentialRecordSchema.parse(JSON.parse(canonicalJson(confidential)));
const commitment = recordCommitmentOf(parsed);
const reappraised = confidentialOf('CustodianMSP', 'HB-1', { rating: 71 });

let network: AssetNetwork;
beforeEach(() => {
  network = new AssetNetwork();
});

describe('register', () => {
  it('keeps the confidential fields private and their commitment public', async () => {
    const outcome = await network.submit('CustodianMSP', 'register', registration('HB-1'), { transient });
    assert.deepEqual(jsonOf(outcome), { rightsId, commitment });
    assert.deepEqual(outcome.event, { name: 'RecordChanged', ids: { rightsId } });
    assert.deepEqual([...outcome.privateWrites.values()], [canonicalJson(confidential)]);
    const record = await network.query('AuditorMSP', 'record', { rightsId });
    assert.equal(record.status, 'REGISTERED');
    assert.equal(record.pendingCommitment, commitment);
    assert.equal(record.commitment, undefined);
    assert.equal(record.custodian, 'CustodianMSP');
    assert.ok([...outcome.writes.values()].every((value) => value?.includes(parsed.salt) === false));
  });

  it('credits nothing before the registry confirms', async () => {
    await registered(network, 'CustodianMSP', 'HB-1');
    assert.equal(await holdingOf(network, rightsId, 'treasury'), 0n);
  });

  it('answers a repeated registration and writes nothing', async () => {
    await registered(network, 'CustodianMSP', 'HB-1');
    const again = await network.propose('CustodianMSP', 'register', registration('HB-1'), { transient });
    assert.deepEqual(jsonOf(again), { rightsId, commitment });
    assertNothingWritten(again);
  });

  it('refuses another content under the same number', async () => {
    await registered(network, 'CustodianMSP', 'HB-1');
    const other = registration('HB-1', { name: 'Other' });
    await network.refused('RECORD_EXISTS', 'CustodianMSP', 'register', other, { transient });
    await network.refused('RECORD_EXISTS', 'CustodianMSP', 'register', registration('HB-1'), {
      transient: reappraised,
    });
  });

  it('gives two custodians two records for the same number', async () => {
    await registered(network, 'CustodianMSP', 'HB-1');
    await registered(network, 'OtherMSP', 'HB-1');
    assert.equal(((await network.query('AuditorMSP', 'records', {})).records as unknown[]).length, 2);
  });

  it('refuses a missing transient record', async () => {
    await network.refused('TRANSIENT_MISSING', 'CustodianMSP', 'register', registration('HB-1'));
  });

  it('refuses a transient record of another id', async () => {
    const options = { transient: confidentialOf('CustodianMSP', 'HB-2') };
    await network.refused('COMMITMENT_MISMATCH', 'CustodianMSP', 'register', registration('HB-1'), options);
  });

  it('refuses units that are zero, above 80 bits or above the confidential record', async () => {
    for (const issuedUnits of ['0', (1n << 80n).toString(), '10001']) {
      const args = registration('HB-1', { issuedUnits });
      await network.refused('UNITS_RANGE', 'CustodianMSP', 'register', args, { transient });
    }
  });

  it('accepts the largest units and value', async () => {
    const largest = ((1n << 80n) - 1n).toString();
    const args = registration('HB-1', { issuedUnits: largest, unitValue: largest });
    const whole = confidentialOf('CustodianMSP', 'HB-1', { registeredUnits: (1n << 80n) - 1n });
    await network.submit('CustodianMSP', 'register', args, { transient: whole });
  });

  it('refuses a unit value above 80 bits', async () => {
    const args = registration('HB-1', { unitValue: (1n << 80n).toString() });
    await network.refused('VALUE_RANGE', 'CustodianMSP', 'register', args, { transient });
  });

  it('refuses fields that are malformed, missing or unknown', async () => {
    const broken = [
      { name: '' },
      { name: 'x'.repeat(32) },
      { name: '光'.repeat(11) },
      { name: 'line\nbreak' },
      { name: '\ud800' },
      { symbol: 'x'.repeat(17) },
      { decimals: 7 },
      { decimals: 1.5 },
      { decimals: '2' },
      { account: 'Not An Account' },
      { issuedUnits: 1000 },
      { issuedUnits: '01' },
      { issuedUnits: '-1' },
      { valuedAt: 2 ** 40 },
      { valuedAt: null },
      { extra: 1 },
    ];
    for (const changes of broken) {
      const args = JSON.stringify(registration('HB-1', changes));
      await network.refused('BAD_REQUEST', 'CustodianMSP', 'register', args, { transient });
    }
  });

  it('refuses a valuation from the future', async () => {
    const args = JSON.stringify(registration('HB-1', { valuedAt: 1_900_000_000 }));
    await network.refused('VALUE_RANGE', 'CustodianMSP', 'register', args, { transient });
  });

  it('never repeats a confidential value in a refusal', async () => {
    const secret = 'confidential-marker';
    const hostile = [
      { ...confidential, ownerHash: secret },
      { ...confidential, [secret]: 1 },
      { ...confidential, class: secret },
      `{"${secret}`,
      JSON.stringify(secret),
    ];
    for (const value of hostile) {
      const options = { transient: value };
      const sentence = await network.refused('BAD_REQUEST', 'CustodianMSP', 'register', registration('HB-1'), options);
      assert.doesNotMatch(sentence, new RegExp(secret));
    }
    assert.deepEqual(network.internalErrors, []);
  });

  it('refuses a salt of zero', async () => {
    const zero = { transient: confidentialOf('CustodianMSP', 'HB-1', { salt: `0x${'00'.repeat(32)}` }) };
    await network.refused('BAD_REQUEST', 'CustodianMSP', 'register', registration('HB-1'), zero);
  });
});

describe('confirm', () => {
  it('activates the record and credits the issued units once', async () => {
    await registered(network, 'CustodianMSP', 'HB-1');
    const outcome = await network.submit('RegistryMSP', 'confirm', { rightsId, commitment });
    assert.deepEqual(jsonOf(outcome), { rightsId, commitment, status: 'ACTIVE' });
    assert.equal(await holdingOf(network, rightsId, 'treasury'), 1000n);
    const record = await network.query('AuditorMSP', 'record', { rightsId });
    assert.equal(record.commitment, commitment);
    assert.equal(record.pendingCommitment, undefined);
  });

  it('answers a repeated confirmation and writes nothing', async () => {
    await activeRecord(network, 'CustodianMSP', 'HB-1');
    assertNothingWritten(await network.propose('RegistryMSP', 'confirm', { rightsId, commitment }));
  });

  it('sets another window limit without crediting again', async () => {
    await activeRecord(network, 'CustodianMSP', 'HB-1', { windowLimit: '10' });
    await network.submit('RegistryMSP', 'confirm', { rightsId, commitment, windowLimit: '20' });
    assert.equal((await network.query('AuditorMSP', 'record', { rightsId })).windowLimit, '20');
    assert.equal(await holdingOf(network, rightsId, 'treasury'), 1000n);
  });

  it('puts a new appraisal into force without crediting again, also while frozen', async () => {
    await activeRecord(network, 'CustodianMSP', 'HB-1');
    const appraised = await network.submit('CustodianMSP', 'appraise', { rightsId }, { transient: reappraised });
    await network.submit('RegistryMSP', 'freeze', { rightsId, reason: 'court order' });
    const outcome = await network.submit('RegistryMSP', 'confirm', { rightsId, commitment: commitmentOf(appraised) });
    assert.equal(jsonOf(outcome).status, 'FROZEN');
    assert.equal(await holdingOf(network, rightsId, 'treasury'), 1000n);
  });

  it('refuses an unknown record, another commitment, a limit of zero and a revoked record', async () => {
    await network.refused('RECORD_UNKNOWN', 'RegistryMSP', 'confirm', { rightsId, commitment });
    await registered(network, 'CustodianMSP', 'HB-1');
    const other = `0x${'07'.repeat(32)}`;
    await network.refused('COMMITMENT_MISMATCH', 'RegistryMSP', 'confirm', { rightsId, commitment: other });
    await network.refused('UNITS_RANGE', 'RegistryMSP', 'confirm', { rightsId, commitment, windowLimit: '0' });
    await network.submit('RegistryMSP', 'revoke', { rightsId, reason: 'withdrawn' });
    await network.refused('RECORD_STATUS', 'RegistryMSP', 'confirm', { rightsId, commitment });
  });

  it('refuses the old commitment once a new appraisal waits', async () => {
    await activeRecord(network, 'CustodianMSP', 'HB-1');
    await network.submit('CustodianMSP', 'appraise', { rightsId }, { transient: reappraised });
    await network.refused('COMMITMENT_MISMATCH', 'RegistryMSP', 'confirm', { rightsId, commitment });
  });
});

describe('appraise', () => {
  it('waits for the registry and leaves the old commitment in force', async () => {
    await activeRecord(network, 'CustodianMSP', 'HB-1');
    const outcome = await network.submit('CustodianMSP', 'appraise', { rightsId }, { transient: reappraised });
    const record = await network.query('AuditorMSP', 'record', { rightsId });
    assert.equal(record.commitment, commitment);
    assert.equal(record.pendingCommitment, commitmentOf(outcome));
    assert.equal(outcome.privateWrites.size, 1);
  });

  it('answers a repeated appraisal and writes nothing', async () => {
    await activeRecord(network, 'CustodianMSP', 'HB-1');
    assertNothingWritten(await network.propose('CustodianMSP', 'appraise', { rightsId }, { transient }));
    await network.submit('CustodianMSP', 'appraise', { rightsId }, { transient: reappraised });
    assertNothingWritten(await network.propose('CustodianMSP', 'appraise', { rightsId }, { transient: reappraised }));
  });

  it('refuses what is not its own, unknown, revoked or below the issued units', async () => {
    await network.refused('RECORD_UNKNOWN', 'CustodianMSP', 'appraise', { rightsId }, { transient });
    await activeRecord(network, 'CustodianMSP', 'HB-1');
    await network.refused('FORBIDDEN', 'OtherMSP', 'appraise', { rightsId }, { transient });
    await network.refused('TRANSIENT_MISSING', 'CustodianMSP', 'appraise', { rightsId });
    const other = confidentialOf('CustodianMSP', 'HB-2');
    await network.refused('COMMITMENT_MISMATCH', 'CustodianMSP', 'appraise', { rightsId }, { transient: other });
    const fewer = confidentialOf('CustodianMSP', 'HB-1', { registeredUnits: 999n });
    await network.refused('UNITS_RANGE', 'CustodianMSP', 'appraise', { rightsId }, { transient: fewer });
    await network.submit('RegistryMSP', 'revoke', { rightsId, reason: 'fraud' });
    await network.refused('RECORD_STATUS', 'CustodianMSP', 'appraise', { rightsId }, { transient: reappraised });
  });
});
