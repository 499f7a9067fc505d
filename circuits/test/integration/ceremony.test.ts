// SPDX-License-Identifier: GPL-3.0-only
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { zKey } from 'snarkjs';
import { withDevelopmentKeys } from '../../scripts/artefacts.ts';
import { contribute, finishCeremony, startCeremony, verifyKeys } from '../../scripts/ceremonySteps.ts';
import { circuitNamed } from '../../scripts/declaration.ts';
import { hashOfFile } from '../../scripts/hashOfFile.ts';
import { productionKey } from '../../scripts/productionKey.ts';
import { stopThreads } from '../../scripts/stopThreads.ts';
import { writePowersOfTau } from '../kit/powersOfTau.ts';
import { ProverProgram } from '../kit/proverProgram.ts';

const CIRCUIT = 'AssetState1';
const POWER = 12;
const BEACON = { value: '00000000000000000002f3c1b5c0a1d1e7f0c2b8a4d6e9f3', iterationsExponent: 10 };

const directory = mkdtempSync(join(tmpdir(), 'twinspan-ceremony-'));
const work = join(directory, 'work');
const output = join(directory, 'out');
const powersOfTau = join(directory, 'powers.ptau');
const development = await withDevelopmentKeys(circuitNamed(CIRCUIT));
let powersHash = '';

before(async () => {
  await writePowersOfTau(powersOfTau, POWER);
  powersHash = await hashOfFile(powersOfTau, 'blake2b512');
});
after(async () => {
  await stopThreads();
  rmSync(directory, { recursive: true });
});

/** A .zkey file's sections by kind. */
function sectionsOf(file: string): Map<number, Buffer> {
  const bytes = readFileSync(file);
  const sections = new Map<number, Buffer>();
  for (let at = 12; at < bytes.length;) {
    const size = Number(bytes.readBigUInt64LE(at + 4));
    sections.set(bytes.readUInt32LE(at), bytes.subarray(at + 12, at + 12 + size));
    at += 12 + size;
  }
  return sections;
}

describe('the ceremony', () => {
  it('refuses another powers-of-tau file than the pinned one', async () => {
    await assert.rejects(startCeremony(CIRCUIT, powersOfTau, '00', work), /has blake2b/);
  });

  it('refuses powers of tau that are too few', async () => {
    const small = join(directory, 'small.ptau');
    await writePowersOfTau(small, 10);
    const hash = await hashOfFile(small, 'blake2b512');
    await assert.rejects(startCeremony(CIRCUIT, small, hash, join(directory, 'small')), /does not fit/);
  });

  it('starts, with the set-up that our development keys equal byte for byte', async () => {
    await startCeremony(CIRCUIT, powersOfTau, powersHash, work);
    const setUp = sectionsOf(join(work, '0000.zkey'));
    const ours = sectionsOf(join(development, 'circuit.zkey'));
    for (const kind of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      assert.deepEqual(ours.get(kind), setUp.get(kind), `section ${kind}`);
    }
  });

  it('does not start twice in one folder', async () => {
    await assert.rejects(startCeremony(CIRCUIT, powersOfTau, powersHash, work), /holds a ceremony already/);
  });

  it('gives every contribution a hash of its own, and does not end before there are three', async () => {
    const hashes = [await contribute(work, 'custodian'), await contribute(work, 'registry')];
    await assert.rejects(finishCeremony(work, powersOfTau, BEACON, output), /2 contributions of at least 3/);
    hashes.push(await contribute(work, 'auditor'));
    assert.equal(new Set(hashes).size, 3);
  });

  it('refuses a beacon that is no hexadecimal value', async () => {
    await assert.rejects(finishCeremony(work, powersOfTau, { ...BEACON, value: 'noon' }, output), /lower-case hex/);
  });

  it('ends with keys that verify, their pins and a verifier contract that is no development one', async () => {
    await finishCeremony(work, powersOfTau, BEACON, output);
    const read = (name: string): string => readFileSync(join(output, CIRCUIT, name), 'utf8');
    const pins = JSON.parse(read('pins.json')) as { zkeySha256: string; contributions: unknown[] };
    assert.equal(pins.zkeySha256, await hashOfFile(join(output, CIRCUIT, 'circuit.zkey'), 'sha256'));
    assert.equal(pins.contributions.length, 3);
    assert.match(read('AssetState1Verifier.sol'), /bool public constant isDevelopmentKey = false;/);
  });

  it('makes keys that the build takes once they are pinned, and no others', async () => {
    const pins = join(directory, 'pins');
    mkdirSync(pins);
    await assert.rejects(productionKey(CIRCUIT, output, pins), /is missing/);
    copyFileSync(join(output, CIRCUIT, 'pins.json'), join(pins, `${CIRCUIT}.json`));
    assert.equal((await productionKey(CIRCUIT, output, pins)).nPublic, 3);
    await assert.rejects(productionKey(CIRCUIT, dirname(development), pins), /does not name/);
  });

  it('makes keys that the prover takes without --development', async () => {
    await using prover = new ProverProgram(output, '--circuits', CIRCUIT);
    assert.deepEqual(await prover.answer(), { ready: true, circuits: [CIRCUIT] });
    assert.equal(await prover.end(), 0);
  });

  it('shows keys that do not follow from the powers of tau', async () => {
    const other = join(directory, 'other');
    mkdirSync(join(other, CIRCUIT), { recursive: true });
    for (const name of ['circuit.wasm', 'verification_key.json']) {
      copyFileSync(join(output, CIRCUIT, name), join(other, CIRCUIT, name));
    }
    const zkey = readFileSync(join(output, CIRCUIT, 'circuit.zkey'));
    const first = sectionsOf(join(output, CIRCUIT, 'circuit.zkey')).get(9);
    assert(first);
    const at = zkey.indexOf(first.subarray(0, 64));
    zkey.copy(zkey, at, at + 64, at + 128); // one point of the quotient's in another's place
    writeFileSync(join(other, CIRCUIT, 'circuit.zkey'), zkey);
    await assert.rejects(verifyKeys(CIRCUIT, powersOfTau, powersHash, other), /do not verify/);
  });
});

describe('keys that nobody contributed to', () => {
  it('are refused: gamma equals delta', async () => {
    const folder = join(directory, 'insecure', CIRCUIT);
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(work, '0000.zkey'), join(folder, 'circuit.zkey'));
    copyFileSync(join(development, 'circuit.wasm'), join(folder, 'circuit.wasm'));
    const key = await zKey.exportVerificationKey(join(folder, 'circuit.zkey'));
    writeFileSync(join(folder, 'verification_key.json'), JSON.stringify(key));
    const insecure = join(directory, 'insecure');
    await assert.rejects(verifyKeys(CIRCUIT, powersOfTau, powersHash, insecure), /gamma equals delta/);
    await using prover = new ProverProgram(insecure, '--circuits', CIRCUIT);
    assert.equal(await prover.end(), 1);
    assert.match(prover.printed, /KEYS_INSECURE/);
  });
});
