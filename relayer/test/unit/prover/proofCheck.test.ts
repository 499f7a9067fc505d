import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bn254 } from '@noble/curves/bn254.js';
import type { Hex } from '@twinspan/protocol';
import { ProofCheck, readProofChecks } from '../../../src/prover/proofCheck.ts';
import { publicInputsOf } from '../../../src/prover/prover.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const KEYS = at('.cache/circuits');
const { commitments, proofs } = JSON.parse(readFileSync(at('evm-contracts/test/fixtures/proofs.json'), 'utf8')) as {
  commitments: Hex[];
  proofs: Record<'one' | 'sixteen', { policy: string; bound: string; proof: string[] }>;
};
const checks = readProofChecks(KEYS);

function fixture(name: 'one' | 'sixteen'): { inputs: bigint[]; proof: bigint[] } {
  const { policy, bound, proof } = proofs[name];
  const used = name === 'one' ? commitments.slice(0, 1) : commitments;
  const records = used.map((commitment) => ({ commitment, bound: BigInt(bound) }));
  return { inputs: publicInputsOf(BigInt(policy), records), proof: proof.map(BigInt) };
}

const one = fixture('one');
const { ORDER: P } = bn254.fields.Fp;

describe('the check of a proof', () => {
  it('takes the proofs that the contract takes', () => {
    assert(checks.AssetState1.holds(one.inputs, one.proof));
    const sixteen = fixture('sixteen');
    assert(checks.AssetState16.holds(sixteen.inputs, sixteen.proof));
  });

  it('takes them for their own inputs alone', () => {
    for (const place of one.inputs.keys()) {
      assert(
        !checks.AssetState1.holds(one.inputs.with(place, (one.inputs[place] ?? 0n) + 1n), one.proof),
        `input ${place}`,
      );
    }
    assert(!checks.AssetState1.holds(one.inputs.slice(1), one.proof));
    assert(!checks.AssetState1.holds([...one.inputs, 0n], one.proof));
  });

  it('takes no proof of which a word was changed', () => {
    for (const place of one.proof.keys()) {
      const word = one.proof[place] ?? 0n;
      for (const other of [word + 1n, 0n, P - word, word + P, -word]) {
        assert(!checks.AssetState1.holds(one.inputs, one.proof.with(place, other)), `word ${place}`);
      }
    }
    assert(!checks.AssetState1.holds(one.inputs, new Array<bigint>(8).fill(0n)));
    assert(!checks.AssetState1.holds(one.inputs, one.proof.slice(1)));
    assert(!checks.AssetState1.holds(one.inputs, [...one.proof, 0n]));
  });

  it('takes no second writing of a good proof', () => {
    const [ax = 0n, ay = 0n, xi = 0n, xr = 0n, yi = 0n, yr = 0n, cx = 0n, cy = 0n] = one.proof;
    // (−A, −B) satisfies the same equation: it is another proof, not another writing.
    assert(checks.AssetState1.holds(one.inputs, [ax, P - ay, xi, xr, P - yi, P - yr, cx, cy]));
    assert(!checks.AssetState1.holds(one.inputs, [ax + P, ay, xi, xr, yi, yr, cx, cy]));
    assert(!checks.AssetState1.holds(one.inputs, [ax, ay, xr, xi, yr, yi, cx, cy]));
  });

  it('needs a key that is one', () => {
    const text = readFileSync(join(KEYS, 'AssetState1', 'verification_key.json'), 'utf8');
    const key = JSON.parse(text) as { vk_alpha_1: string[]; IC: unknown[] };
    for (const change of [{ protocol: 'plonk' }, { curve: 'bls12381' }, { IC: [] }, { vk_alpha_1: ['1', '1', '1'] }]) {
      assert.throws(() => new ProofCheck(JSON.stringify({ ...key, ...change })), JSON.stringify(change));
    }
    const directory = mkdtempSync(join(tmpdir(), 'twinspan-check-'));
    try {
      assert.throws(() => readProofChecks(directory), { code: 'CONFIG_BAD' });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
