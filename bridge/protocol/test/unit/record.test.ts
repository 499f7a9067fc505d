import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import {
  confidentialRecordSchema,
  confidentialRecordToJson,
  decimalField,
  FIELD_MODULUS,
  RECORD_TAG,
  recordCommitmentOf,
  recordInputs,
  wordField,
} from '../../src/index.ts';
import type { ConfidentialRecord } from '../../src/index.ts';
import { record } from './arbitraries.ts';
import { fault, faultCodeField, readVectors } from './vectorFiles.ts';

/** The record of a refused case, with whatever is wrong in it. */
const unchecked = z.looseObject({ registeredUnits: z.string(), appraisedValue: z.string() });

describe('record commitment', () => {
  const { cases, refused } = readVectors('record-commitments', {
    cases: z.object({
      name: z.string(),
      record: confidentialRecordSchema,
      inputs: z.array(decimalField(256)),
      commitment: wordField,
      commitmentDecimal: decimalField(256),
    }),
    refused: z.object({ name: z.string(), record: unchecked, code: faultCodeField }),
  });

  for (const vector of cases) {
    it(`matches the vector: ${vector.name}`, () => {
      assert.deepEqual(recordInputs(vector.record), vector.inputs);
      assert.equal(recordCommitmentOf(vector.record), vector.commitment);
      assert.equal(BigInt(vector.commitment), vector.commitmentDecimal);
    });
  }

  for (const vector of refused) {
    it(`refuses ${vector.name}, in JSON and in memory`, () => {
      assert.equal(confidentialRecordSchema.safeParse(vector.record).success, false);
      const { registeredUnits, appraisedValue, ...rest } = vector.record;
      const inMemory = { ...rest, registeredUnits: BigInt(registeredUnits), appraisedValue: BigInt(appraisedValue) };
      // Past the schema on purpose: the commitment must refuse it too.
      assert.throws(() => recordCommitmentOf(inMemory as unknown as ConfidentialRecord), fault(vector.code));
    });
  }

  it('the tag is the ASCII of TSR1', () => {
    assert.equal(RECORD_TAG, BigInt(`0x${Buffer.from('TSR1', 'ascii').toString('hex')}`));
  });

  it('is a field element and changes with every field', () => {
    fc.assert(
      fc.property(record, fc.constantFrom(...Object.keys(confidentialRecordSchema.shape)), (original, name) => {
        const commitment = recordCommitmentOf(original);
        assert.ok(BigInt(commitment) < FIELD_MODULUS);
        const key = name as keyof ConfidentialRecord;
        const changed = { ...original, [key]: differentFrom(original[key]) };
        assert.notEqual(recordCommitmentOf(changed), commitment);
      }),
      { numRuns: 60 },
    );
  });

  it('the JSON form round-trips', () => {
    fc.assert(
      fc.property(record, (original) => {
        const text = JSON.stringify(confidentialRecordToJson(original));
        assert.deepEqual(confidentialRecordSchema.parse(JSON.parse(text)), original);
      }),
    );
  });

  it('the JSON form has exactly the 13 fields', () => {
    const [first] = cases;
    assert.ok(first);
    const json = confidentialRecordToJson(first.record);
    assert.equal(Object.keys(json).length, 13);
    assert.equal(confidentialRecordSchema.safeParse({ ...json, extra: 1 }).success, false);
    for (const name of Object.keys(json)) {
      const without = Object.fromEntries(Object.entries(json).filter(([key]) => key !== name));
      assert.equal(confidentialRecordSchema.safeParse(without).success, false, name);
    }
  });
});

function differentFrom(value: string | number | bigint | boolean): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value === 0 ? 1 : value - 1;
  if (typeof value === 'bigint') return value === 0n ? 1n : value - 1n;
  return value.endsWith('1') ? `${value.slice(0, -1)}2` : `${value.slice(0, -1)}1`;
}
