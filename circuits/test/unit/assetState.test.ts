// SPDX-License-Identifier: GPL-3.0-only
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { R } from '../../scripts/field.ts';
import { CompiledCircuit } from '../kit/compiledCircuit.ts';
import { LIMITS, WIDTHS } from '../kit/rules.ts';
import { COMFORTABLE, UNUSED, commitmentOf, packBound, packPolicy, placeOf, signalsOf } from '../kit/statement.ts';
import type { Place, Statement } from '../kit/statement.ts';
import { BACKING_RULES } from '../kit/vectors.ts';

const comfortable = await placeOf(COMFORTABLE);
const policy = packPolicy(COMFORTABLE.policy);

for (const size of [1, 16]) {
  const circuit = await CompiledCircuit.load(`AssetState${size}`);
  const middle = Math.floor(size / 2);

  /** Whether `place` can be proven between places that are unused. */
  const isProvable = async (underPolicy: bigint, place: Place, at = middle): Promise<boolean> => {
    const places = Array.from({ length: size }, (_, i) => (i === at ? place : UNUSED));
    return (await circuit.witness(signalsOf(underPolicy, places))) !== undefined;
  };
  const isTrue = async (statement: Statement): Promise<boolean> =>
    isProvable(packPolicy(statement.policy), await placeOf(statement));

  describe(`AssetState(${size})`, () => {
    for (const { name, provable, policy: underPolicy, ...place } of BACKING_RULES) {
      it(`${provable ? 'proves' : 'refuses'} the vector: ${name}`, async () => {
        assert.equal(await isProvable(underPolicy, place), provable);
      });
    }

    for (const { rule, name, holds, breaks } of LIMITS) {
      it(`rule ${rule}: holds where ${name}, and breaks one past it`, async () => {
        assert(await isTrue(holds));
        assert(!(await isTrue(breaks)));
      });
    }

    for (const { name, holds, breaks } of WIDTHS) {
      it(`${name}, and no more`, async () => {
        assert(await isTrue(holds));
        assert(!(await isTrue(breaks)));
      });
    }

    it('rule 1: refuses a commitment that the record does not open, whichever field differs', async () => {
      assert(await isProvable(policy, comfortable));
      assert(!(await isProvable(policy, { ...comfortable, commitment: comfortable.commitment + 1n })));
      for (const [field, value] of Object.entries(COMFORTABLE.record)) {
        const record = { ...COMFORTABLE.record, [field]: value + 1n };
        assert(!(await isProvable(policy, { ...comfortable, record })), field);
      }
    });

    it('refuses negative values in every compared field', async () => {
      for (const field of WIDTHS.map(({ name }) => name.split(' ')[0] ?? '')) {
        const record = { ...COMFORTABLE.record, [field]: R - 1n };
        const place = { ...comfortable, record, commitment: await commitmentOf(record) };
        assert(!(await isProvable(policy, place)), field);
      }
    });

    it('refuses a bound or a policy with a bit too many', async () => {
      assert(!(await isProvable(policy, { ...comfortable, bound: comfortable.bound + (1n << 200n) })));
      assert(!(await isProvable(policy + (1n << 194n), comfortable)));
    });

    it('refuses a policy that lends more than the value', async () => {
      const at = async (maxLtvBps: bigint): Promise<boolean> =>
        isTrue({ ...COMFORTABLE, policy: { ...COMFORTABLE.policy, maxLtvBps } });
      assert(await at(10_000n));
      assert(!(await at(10_001n)));
    });

    it('proves nothing claimed, with U, V and T at zero', async () => {
      assert(await isTrue({ ...COMFORTABLE, bound: { units: 0n, unitValue: 0n, until: 0n } }));
    });

    it('takes unused places under any policy, even one that allows nothing', async () => {
      assert(await isProvable(0n, UNUSED));
      assert(await isProvable(policy, UNUSED));
      assert(await isProvable(0n, { ...UNUSED, record: COMFORTABLE.record }));
    });

    it('refuses an unused place with a bound', async () => {
      for (const bound of [1n, packBound(COMFORTABLE.bound)]) {
        assert(!(await isProvable(policy, { ...UNUSED, bound })));
        assert(!(await isProvable(policy, { ...comfortable, commitment: 0n, bound })));
      }
    });

    it('holds every place to the rules', async () => {
      const record = { ...COMFORTABLE.record, encumbered: 1n };
      const broken = { ...comfortable, record, commitment: await commitmentOf(record) };
      for (let at = 0; at < size; at++) {
        const places = Array.from({ length: size }, (_, i) => (i === at ? broken : comfortable));
        assert.equal(await circuit.witness(signalsOf(policy, places)), undefined, `place ${at}`);
        assert(await isProvable(policy, comfortable, at));
      }
    });

    it('has policy, commitments and bounds as its public inputs, in this order', async () => {
      const places = await Promise.all(
        Array.from({ length: size }, (_, i) =>
          placeOf({ record: { ...COMFORTABLE.record, salt: BigInt(i + 1) }, bound: COMFORTABLE.bound }),
        ),
      );
      const inputs = [policy, ...places.map(({ commitment }) => commitment), ...places.map(({ bound }) => bound)];
      assert.deepEqual(await circuit.outputs(signalsOf(policy, places), 1 + 2 * size), inputs);
    });
  });
}
