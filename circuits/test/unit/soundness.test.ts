// SPDX-License-Identifier: GPL-3.0-only
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { mod } from '../../scripts/field.ts';
import { readR1cs, type ConstraintSystem, type Term } from '../../scripts/r1csFile.ts';
import { stopThreads } from '../../scripts/stopThreads.ts';
import { CompiledCircuit } from '../kit/compiledCircuit.ts';
import { COMFORTABLE, packPolicy, placeOf, signalsOf } from '../kit/statement.ts';

const place = await placeOf(COMFORTABLE);

/** The wires of `witness` that can be raised by `by`, alone, without breaking a constraint. */
function freeWires(system: ConstraintSystem, witness: readonly bigint[], by: bigint): number[] {
  const isBound = new Array<boolean>(system.wireCount).fill(false);
  const valueOf = (terms: readonly Term[]): bigint =>
    terms.reduce((sum, { wire, coefficient }) => sum + coefficient * (witness[wire] ?? 0n), 0n);
  for (const { a, b, c } of system.constraints) {
    const values = [valueOf(a), valueOf(b), valueOf(c)] as const;
    assert.equal(mod(values[0] * values[1] - values[2]), 0n, 'the witness itself must hold');
    const changes = new Map<number, [bigint, bigint, bigint]>();
    [a, b, c].forEach((terms, i) => {
      for (const { wire, coefficient } of terms) {
        const change = changes.get(wire) ?? [0n, 0n, 0n];
        change[i] = (change[i] ?? 0n) + coefficient * by;
        changes.set(wire, change);
      }
    });
    for (const [wire, change] of changes) {
      if (isBound[wire]) continue;
      isBound[wire] = mod((values[0] + change[0]) * (values[1] + change[1]) - values[2] - change[2]) !== 0n;
    }
  }
  return [...isBound.keys()].filter((wire) => !isBound[wire]);
}

after(stopThreads);

for (const size of [1, 16]) {
  const circuit = await CompiledCircuit.load(`AssetState${size}`);
  const witness = await circuit.witness(
    signalsOf(
      packPolicy(COMFORTABLE.policy),
      Array.from({ length: size }, () => place),
    ),
  );
  assert(witness);
  const system = readR1cs(circuit.r1csFile);
  const raised = (wire: number, by: bigint): bigint[] =>
    witness.map((value, i) => (i === wire ? mod(value + by) : value));

  describe(`soundness of AssetState(${size})`, () => {
    it('has a valid witness to start from', async () => {
      assert(await circuit.isSatisfiedBy(witness));
    });

    it('binds every wire: none can change alone', () => {
      for (const by of [1n, -1n, 2n ** 200n]) assert.deepEqual(freeWires(system, witness, by), []);
    });

    it('is refused by snarkjs with a public input changed', async () => {
      const publics = size === 1 ? [1, 2, 3] : [1, 2, 17, 18, 33];
      for (const wire of publics) assert(!(await circuit.isSatisfiedBy(raised(wire, 1n))), `wire ${wire}`);
    });

    it('is refused by snarkjs with U, V or T of a bound raised by one', async () => {
      const bounds = size === 1 ? [3] : [18, 33];
      for (const wire of bounds) {
        for (const by of [1n << 120n, 1n << 40n, 1n]) assert(!(await circuit.isSatisfiedBy(raised(wire, by))));
      }
    });

    it('is refused by snarkjs with private wires changed, here and there', async () => {
      const count = size === 1 ? 24 : 6;
      for (let i = 1; i <= count; i++) {
        const wire = Math.floor((i * (system.wireCount - 1)) / count);
        assert(!(await circuit.isSatisfiedBy(raised(wire, 1n))), `wire ${wire}`);
      }
    });
  });
}
