// SPDX-License-Identifier: GPL-3.0-only
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { R } from '../../scripts/field.ts';
import { CompiledCircuit } from '../kit/compiledCircuit.ts';
import { BOUNDS, POLICIES, RECORD_COMMITMENTS } from '../kit/vectors.ts';

const [commitment, policyFields, boundFields, memberOf, atMost] = await Promise.all(
  ['RecordCommitment', 'PolicyFields', 'BoundFields', 'MemberOf6', 'AtMost40'].map((name) =>
    CompiledCircuit.load(name),
  ),
);
assert(commitment && policyFields && boundFields && memberOf && atMost);

const members = (bits: readonly bigint[]): number[] => [...bits.keys()].filter((place) => bits[place] === 1n);

describe('RecordCommitment', () => {
  for (const { name, record, commitment: expected } of RECORD_COMMITMENTS) {
    it(`gives the vector's commitment: ${name}`, async () => {
      assert.deepEqual(await commitment.outputs({ ...record }, 1), [expected]);
    });
  }

  it('changes with every field', async () => {
    const [first] = RECORD_COMMITMENTS;
    assert(first);
    for (const [name, value] of Object.entries(first.record)) {
      assert.notDeepEqual(
        await commitment.outputs({ ...first.record, [name]: value + 1n }, 1),
        [first.commitment],
        name,
      );
    }
  });
});

describe('PolicyFields', () => {
  for (const expected of POLICIES.cases) {
    it(`unpacks the vector: ${expected.name}`, async () => {
      const outputs = await policyFields.outputs({ policy: expected.packed }, 133);
      assert.deepEqual(members(outputs.slice(0, 64)), expected.allowedClasses);
      assert.deepEqual(members(outputs.slice(64, 128)), expected.allowedJurisdictions);
      const { minRating, maxAppraisalAge, maxLtvBps, requireFiling, requireUnencumbered } = expected;
      assert.deepEqual(outputs.slice(128), [minRating, maxAppraisalAge, maxLtvBps, requireFiling, requireUnencumbered]);
    });
  }

  for (const { name, packed } of POLICIES.refused) {
    it(`has no witness for ${name}`, async () => {
      assert.equal(await policyFields.witness({ policy: packed }), undefined);
    });
  }

  it('has no witness for a negative policy', async () => {
    assert.equal(await policyFields.witness({ policy: R - 1n }), undefined);
  });
});

describe('BoundFields', () => {
  for (const { name, packed, units, unitValue, until } of BOUNDS.cases) {
    it(`unpacks the vector: ${name}`, async () => {
      assert.deepEqual(await boundFields.outputs({ bound: packed }, 3), [units, unitValue, until]);
    });
  }

  for (const { name, packed } of [...BOUNDS.refused, { name: 'a negative bound', packed: R - 1n }]) {
    it(`has no witness for ${name}`, async () => {
      assert.equal(await boundFields.witness({ bound: packed }), undefined);
    });
  }
});

describe('MemberOf', () => {
  const bitsOf = (value: bigint): bigint[] => Array.from({ length: 64 }, (_, place) => (value >> BigInt(place)) & 1n);

  it('answers each bit of a set, and of its complement', async () => {
    const set = 0x9e3779b97f4a7c15n;
    for (let element = 0n; element < 64n; element++) {
      const bit = (set >> element) & 1n;
      assert.deepEqual(await memberOf.outputs({ set: bitsOf(set), element }, 1), [bit]);
      assert.deepEqual(await memberOf.outputs({ set: bitsOf(~set), element }, 1), [1n - bit]);
    }
  });

  it('has no witness for an element at the size of the set, or negative', async () => {
    for (const element of [64n, R - 1n]) {
      assert.equal(await memberOf.witness({ set: bitsOf((1n << 64n) - 1n), element }), undefined);
    }
  });
});

describe('AtMost', () => {
  const MAX = (1n << 40n) - 1n;
  const holds = async (enabled: bigint, low: bigint, high: bigint): Promise<boolean> =>
    (await atMost.witness({ enabled, low, high })) !== undefined;

  it('holds up to equality', async () => {
    assert(await holds(1n, 0n, MAX));
    assert(await holds(1n, MAX, MAX));
    assert(await holds(1n, 0n, 0n));
  });

  it('fails from one above, as far as the caller may go', async () => {
    assert(!(await holds(1n, 1n, 0n)));
    assert(!(await holds(1n, MAX + 1n, MAX)));
    assert(!(await holds(1n, (1n << 252n) - 1n, 0n)));
  });

  it('says nothing when not enabled', async () => {
    assert(await holds(0n, MAX, 0n));
  });
});
