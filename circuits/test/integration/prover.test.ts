// SPDX-License-Identifier: GPL-3.0-only
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { groth16, type Groth16Proof } from 'snarkjs';
import { withDevelopmentKeys } from '../../scripts/artefacts.ts';
import { ROOT, circuitNamed } from '../../scripts/declaration.ts';
import { R } from '../../scripts/field.ts';
import { stopThreads } from '../../scripts/stopThreads.ts';
import { readVerificationKey } from '../../scripts/verificationKey.ts';
import { ProverProgram } from '../kit/proverProgram.ts';
import { COMFORTABLE, packPolicy, placeOf, type Place } from '../kit/statement.ts';

const KEYS = join(ROOT, '.cache', 'circuits');
for (const name of ['AssetState1', 'AssetState16']) await withDevelopmentKeys(circuitNamed(name));
after(stopThreads);

const policy = packPolicy(COMFORTABLE.policy);
const place = await placeOf(COMFORTABLE);

/** A request as the relayer writes one: large integers in decimal. */
function request(id: string, circuit: string, places: readonly Place[]): object {
  const decimal = ({ record, commitment, bound }: Place): object =>
    Object.fromEntries(Object.entries({ ...record, commitment, bound }).map(([name, value]) => [name, String(value)]));
  return { id, circuit, input: { policy: String(policy), records: places.map(decimal) } };
}

/** Back from the contract's order to snarkjs's. */
function proofFrom([ax, ay, bxi, bxr, byi, byr, cx, cy]: string[]): Groth16Proof {
  const text = (value: string | undefined): string => value ?? '';
  return {
    pi_a: [text(ax), text(ay), '1'],
    pi_b: [
      [text(bxr), text(bxi)],
      [text(byr), text(byi)],
      ['1', '0'],
    ],
    pi_c: [text(cx), text(cy), '1'],
    protocol: 'groth16',
    curve: 'bn128',
  };
}

async function started(...options: string[]): Promise<ProverProgram> {
  const prover = new ProverProgram(KEYS, '--development', ...options);
  assert('ready' in (await prover.answer()));
  return prover;
}

describe('the prover program', () => {
  it('proves for one, for sixteen and for some of sixteen records; the proofs verify, and no others do', async () => {
    await using prover = await started();
    const asked = [
      { circuit: 'AssetState1', used: 1 },
      { circuit: 'AssetState16', used: 16 },
      { circuit: 'AssetState16', used: 2 },
    ];
    for (const [i, { circuit, used }] of asked.entries()) {
      prover.send(
        request(
          String(i),
          circuit,
          Array.from({ length: used }, () => place),
        ),
      );
      const answer = await prover.answer();
      assert('proof' in answer && answer.id === String(i));
      const [places = 0] = circuitNamed(circuit).parameters;
      const fill = (value: bigint): string[] =>
        Array.from({ length: places }, (_, at) => (at < used ? String(value) : '0'));
      assert.deepEqual(answer.publicInputs, [String(policy), ...fill(place.commitment), ...fill(place.bound)]);

      const key = readVerificationKey(join(KEYS, circuit, 'verification_key.json'));
      const proof = proofFrom(answer.proof);
      assert(await groth16.verify(key, answer.publicInputs, proof));
      for (const by of [1n << 120n, 1n << 40n, 1n]) {
        const raised = answer.publicInputs.with(1 + places, String(place.bound + by));
        assert(!(await groth16.verify(key, raised, proof)));
      }
      const foreign = answer.publicInputs.with(1, String((place.commitment + 1n) % R));
      assert(!(await groth16.verify(key, foreign, proof)));
      assert(!(await groth16.verify(key, answer.publicInputs.with(0, String(policy + 1n)), proof)));
    }
    assert.equal(await prover.end(), 0);
  });

  it('refuses a false statement, and proves the next true one', async () => {
    await using prover = await started('--circuits', 'AssetState1');
    prover.send(request('false', 'AssetState1', [{ ...place, commitment: place.commitment + 1n }]));
    assert.equal(await prover.refusal(), 'STATEMENT_FALSE');
    prover.send(request('true', 'AssetState1', [place]));
    assert('proof' in (await prover.answer()));
  });

  it('answers hostile lines with a code each, and goes on', async () => {
    await using prover = await started('--circuits', 'AssetState1');
    const good = request('good', 'AssetState1', [place]);
    const record = { ...place.record, commitment: place.commitment, bound: place.bound };
    const withRecord = (change: Record<string, unknown>): object => ({
      id: 'x',
      circuit: 'AssetState1',
      input: {
        policy: String(policy),
        records: [
          Object.fromEntries(
            Object.entries({ ...record, ...change }).map(([k, v]) => [k, typeof v === 'bigint' ? String(v) : v]),
          ),
        ],
      },
    });
    const hostile: [line: object | string, code: string][] = [
      ['{', 'REQUEST_BAD'],
      ['null', 'REQUEST_BAD'],
      ['[]', 'REQUEST_BAD'],
      ['"\u0000"', 'REQUEST_BAD'],
      ['['.repeat(60_000), 'REQUEST_BAD'],
      ['x'.repeat(5_000_000), 'LINE_TOO_LONG'],
      [{ ...good, id: 7 }, 'REQUEST_BAD'],
      [{ ...good, more: 1 }, 'REQUEST_BAD'],
      [{ ...good, circuit: 'AssetState16' }, 'CIRCUIT_UNKNOWN'],
      [{ ...good, circuit: '__proto__' }, 'CIRCUIT_UNKNOWN'],
      [{ ...good, circuit: '../../etc' }, 'CIRCUIT_UNKNOWN'],
      [request('none', 'AssetState1', []), 'REQUEST_BAD'],
      [request('two', 'AssetState1', [place, place]), 'TOO_MANY_RECORDS'],
      [
        request(
          'many',
          'AssetState1',
          Array.from({ length: 17 }, () => place),
        ),
        'REQUEST_BAD',
      ],
      [withRecord({ salt: undefined }), 'REQUEST_BAD'],
      [withRecord({ extra: '1' }), 'REQUEST_BAD'],
      [withRecord({ rating: 256n }), 'REQUEST_BAD'],
      [withRecord({ rating: -1 }), 'REQUEST_BAD'],
      [withRecord({ rating: 1.5 }), 'REQUEST_BAD'],
      [withRecord({ rating: '1e2' }), 'REQUEST_BAD'],
      [withRecord({ commitment: 0n }), 'REQUEST_BAD'],
      [withRecord({ commitment: place.commitment + R }), 'REQUEST_BAD'],
      [withRecord({ bound: 1n << 200n }), 'REQUEST_BAD'],
    ];
    for (const [line, code] of hostile) {
      prover.send(line);
      assert.equal(await prover.refusal(), code, typeof line === 'string' ? line.slice(0, 80) : JSON.stringify(line));
    }
    prover.send(good);
    assert('proof' in (await prover.answer()));
  });

  it('lets few requests wait and answers those in order', async () => {
    await using prover = await started('--circuits', 'AssetState1', '--queue', '2');
    const ids = ['a', 'b', 'c', 'd'];
    for (const id of ids) prover.send(request(id, 'AssetState1', [place]));
    const outcomes: unknown[] = [];
    while (outcomes.length < ids.length) {
      const answer = await prover.answer();
      outcomes.push('error' in answer ? answer.error.code : 'id' in answer && answer.id);
    }
    assert.deepEqual(outcomes, ['QUEUE_FULL', 'QUEUE_FULL', 'a', 'b']);
  });

  it('never prints a confidential value', async () => {
    await using prover = await started('--circuits', 'AssetState1');
    prover.send(request('1', 'AssetState1', [place]));
    prover.send(request('2', 'AssetState1', [{ ...place, bound: place.bound + (1n << 180n) }]));
    prover.send({ ...request('3', 'AssetState1', [place]), surplus: place.record.salt.toString() });
    prover.send(JSON.stringify(request('4', 'AssetState1', [place])).slice(0, -1));
    assert.equal(await prover.end(), 0);
    for (const [name, value] of Object.entries(place.record)) {
      if (value > 1000n) assert(!prover.printed.includes(String(value)), name);
    }
  });
});

describe('the options of the prover', () => {
  it('are refused with a code where they make no sense', async () => {
    for (const options of [['--queue', 'many'], ['--queue', '0'], ['--fast'], ['surplus']]) {
      await using prover = new ProverProgram(KEYS, '--development', ...options);
      assert.equal(await prover.end(), 1);
      assert.match(prover.printed, /OPTIONS_BAD/);
    }
  });
});

describe('the keys the prover takes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-keys-'));
  const folder = join(directory, 'AssetState1');
  after(() => {
    rmSync(directory, { recursive: true });
  });

  const refusedWith = async (code: string, ...options: string[]): Promise<void> => {
    await using prover = new ProverProgram(directory, '--circuits', 'AssetState1', ...options);
    assert.equal(await prover.end(), 1);
    assert(prover.printed.includes(`"${code}"`), prover.printed);
  };
  const fresh = (circuit = 'AssetState1'): void => {
    cpSync(join(KEYS, circuit), folder, { recursive: true });
  };

  it('are no development keys, unless it is told so', async () => {
    fresh();
    await refusedWith('KEYS_INSECURE');
  });

  it('are no development keys that lost their label', async () => {
    fresh();
    const file = join(folder, 'verification_key.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"development": true', '"development": false'));
    rmSync(join(folder, 'KEYS_ARE_FOR_DEVELOPMENT.txt'));
    await refusedWith('KEYS_INSECURE');
  });

  it('are there, whole, and of the circuit', async () => {
    fresh('AssetState16');
    await refusedWith('KEYS_BAD', '--development');
    fresh();
    writeFileSync(join(folder, 'circuit.zkey'), 'zkey');
    await refusedWith('KEYS_BAD', '--development');
    rmSync(join(folder, 'circuit.zkey'));
    await refusedWith('KEYS_BAD', '--development');
  });

  it('belong to the published verification key', async () => {
    fresh();
    cpSync(join(KEYS, 'AssetState16', 'verification_key.json'), join(folder, 'verification_key.json'));
    await refusedWith('KEYS_BAD', '--development');
  });

  it('never lead to a wrong proof: a damaged key gives PROOF_INVALID', async () => {
    fresh();
    const zkey = readFileSync(join(folder, 'circuit.zkey'));
    const points = zkey.subarray(zkey.length - (12 + 68) - 64 * 1024); // in the last big section, of the quotient's points
    Buffer.from(points.subarray(0, 64)).copy(points, 64);
    writeFileSync(join(folder, 'circuit.zkey'), zkey);
    await using prover = new ProverProgram(directory, '--circuits', 'AssetState1', '--development');
    assert('ready' in (await prover.answer()));
    prover.send(request('1', 'AssetState1', [place]));
    assert.equal(await prover.refusal(), 'PROOF_INVALID');
  });
});
