import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  assetClasses,
  confidentialRecordSchema,
  confidentialRecordToJson,
  jurisdictions,
  ownerHashOf,
  recordCommitmentOf,
  rightsIdOf,
} from '@twinspan/protocol';
import { appraiseFileSchema, reappraised, registerFileSchema, registrationOf } from '../../src/recordFile.ts';

const file = {
  registrationNumber: 'HB-2024-17',
  name: 'Hubei Household Solar',
  symbol: 'HBSOL',
  decimals: 0,
  issuedUnits: '48000000',
  account: 'treasury',
  unitValue: '2500000000000000000',
  confidential: {
    class: 'SOLAR',
    jurisdiction: 'CN',
    registeredUnits: '48000000',
    appraisedValue: '192000000000000000000000000',
    appraisedAt: '2026-01-15',
    appraisalValidUntil: 1_799_971_200,
    rating: 180,
    encumbered: false,
    filingValidUntil: 0,
    owner: 'SPV One',
    documents: '2024/17',
  },
};
const now = 1_784_073_600;
const registration = registrationOf(registerFileSchema.parse(file), 'CustodianMSP', now);

function without(fields: object, ...names: readonly string[]): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

describe('the file of a registration', () => {
  it('becomes arguments and a record that the protocol accepts', () => {
    const { args, record } = registration;
    assert.equal(args.valuedAt, now);
    assert.equal(args.issuedUnits, 48_000_000n);
    assert.equal('confidential' in args, false);
    assert.equal(record.rightsId, rightsIdOf('CustodianMSP', 'HB-2024-17'));
    assert.equal(record.class, assetClasses.SOLAR);
    assert.equal(record.jurisdiction, jurisdictions.CN);
    assert.equal(record.appraisedAt, 1_768_435_200);
    assert.equal(record.ownerHash, ownerHashOf('SPV One'));
    assert.deepEqual(confidentialRecordSchema.parse(confidentialRecordToJson(record)), record);
  });

  it('draws a new salt every time, so that equal records have different commitments', () => {
    const again = registrationOf(registerFileSchema.parse(file), 'CustodianMSP', now);
    assert.notEqual(again.record.salt, registration.record.salt);
    assert.notEqual(recordCommitmentOf(again.record), recordCommitmentOf(registration.record));
  });

  it('takes numbers for names and hashes for texts', () => {
    const rest = without(file.confidential, 'owner', 'documents');
    const hashes = { ownerHash: ownerHashOf('x'), documentsRoot: ownerHashOf('y') };
    const parsed = registerFileSchema.parse({ ...file, confidential: { ...rest, class: 63, ...hashes } });
    const { record } = registrationOf(parsed, 'CustodianMSP', now);
    assert.equal(record.class, 63);
    assert.equal(record.documentsRoot, ownerHashOf('y'));
  });

  it('is refused without an owner, with an unknown class or with a field too many', () => {
    const ownerless = without(file.confidential, 'owner');
    assert.equal(registerFileSchema.safeParse({ ...file, confidential: ownerless }).success, false);
    assert.equal(
      registerFileSchema.safeParse({ ...file, confidential: { ...file.confidential, class: 'MOON' } }).success,
      false,
    );
    assert.equal(registerFileSchema.safeParse({ ...file, salt: '0x00' }).success, false);
  });
});

describe('the file of an appraisal', () => {
  it('changes what it names, keeps the rest and draws a new salt', () => {
    const changed = appraiseFileSchema.parse({ appraisedValue: '1', owner: 'SPV Two' });
    const record = reappraised(registration.record, changed);
    assert.equal(record.appraisedValue, 1n);
    assert.equal(record.ownerHash, ownerHashOf('SPV Two'));
    assert.notEqual(record.salt, registration.record.salt);
    const { appraisedValue, ownerHash, salt } = registration.record;
    assert.deepEqual({ ...record, appraisedValue, ownerHash, salt }, registration.record);
  });

  it('cannot change which record it is', () => {
    assert.equal(appraiseFileSchema.safeParse({ rightsId: registration.record.rightsId }).success, false);
  });
});
