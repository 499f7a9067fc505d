// SPDX-License-Identifier: GPL-3.0-only
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { withDevelopmentKeys } from '../../scripts/artefacts.ts';
import { ROOT, circuitNamed } from '../../scripts/declaration.ts';
import { withNativeProver } from '../../scripts/nativeProver.ts';
import { stopThreads } from '../../scripts/stopThreads.ts';
import { ProverProgram } from '../kit/proverProgram.ts';
import { COMFORTABLE, packPolicy, placeOf } from '../kit/statement.ts';

const KEYS = join(ROOT, '.cache', 'circuits');
const NATIVE = join(KEYS, 'native-prover', 'native-prover');
for (const name of ['AssetState1', 'AssetState16']) await withDevelopmentKeys(circuitNamed(name));
await withNativeProver();
after(stopThreads);

const policy = String(packPolicy(COMFORTABLE.policy));
const place = await placeOf(COMFORTABLE);

function request(id: string, circuit: string, used: number): object {
  const { record, commitment, bound } = place;
  const decimal = Object.entries({ ...record, commitment, bound }).map(([name, value]) => [name, String(value)]);
  return {
    id,
    circuit,
    input: { policy, records: Array.from({ length: used }, () => Object.fromEntries(decimal) as object) },
  };
}

async function started(...options: string[]): Promise<ProverProgram> {
  const prover = new ProverProgram(KEYS, '--development', ...options);
  assert('ready' in (await prover.answer()));
  return prover;
}

describe('the prover with its native engine', () => {
  it('makes proofs that verify, for every circuit', async () => {
    await using prover = await started('--native', NATIVE);
    assert(!prover.printed.includes('snarkjs'), prover.printed);
    for (const [circuit, used] of [
      ['AssetState1', 1],
      ['AssetState16', 16],
      ['AssetState16', 2],
    ] as const) {
      prover.send(request('1', circuit, used));
      const answer = await prover.answer(); // it verified the proof, or would have refused
      assert('proof' in answer, JSON.stringify(answer));
    }
    assert.equal(await prover.end(), 0);
  });

  it('proves many requests that were sent at once, one at a time', async () => {
    await using prover = await started('--circuits', 'AssetState1', '--native', NATIVE);
    const ids = Array.from({ length: 12 }, (_, number) => String(number));
    for (const id of ids) prover.send(request(id, 'AssetState1', 1));
    for (const id of ids) {
      const answer = await prover.answer();
      assert('proof' in answer && answer.id === id, JSON.stringify(answer));
    }
  });

  it('proves with snarkjs, and says so, where the native engine does not run', async () => {
    for (const program of ['/nowhere/native-prover', '/bin/false']) {
      await using prover = await started('--circuits', 'AssetState1', '--native', program);
      prover.send(request('1', 'AssetState1', 1));
      assert('proof' in (await prover.answer()));
      assert.match(prover.printed, /snarkjs instead of the native prover/);
    }
  });

  it('hands out nothing that its engine made wrong, and starts one that died again', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'twinspan-engine-'));
    process.env.SCRIPTED_ENGINE_RUNS = join(directory, 'runs');
    try {
      const program = join(ROOT, 'circuits', 'test', 'kit', 'scriptedEngine.mjs');
      await using prover = await started('--circuits', 'AssetState1', '--native', program);
      for (const code of ['PROOF_INVALID', 'NATIVE_FAILED', 'NATIVE_FAILED', 'NATIVE_FAILED']) {
        prover.send(request('1', 'AssetState1', 1));
        assert.equal(await prover.refusal(), code);
      }
    } finally {
      delete process.env.SCRIPTED_ENGINE_RUNS;
      rmSync(directory, { recursive: true });
    }
  });
});
