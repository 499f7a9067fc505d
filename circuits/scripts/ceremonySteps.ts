// SPDX-License-Identifier: GPL-3.0-only
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zKey } from 'snarkjs';
import { z } from 'zod';
import { CircuitProver } from '../prover/src/circuitProver.ts';
import { loadKeys } from '../prover/src/keys.ts';
import { compiled } from './artefacts.ts';
import { circuitNamed, type Circuit } from './declaration.ts';
import { hashOfFile } from './hashOfFile.ts';
import { isInsecure, readVerificationKey } from './verificationKey.ts';
import { verifierContract } from './verifierContract.ts';

/** Fewer contributions than this make no production key. */
const MINIMUM_CONTRIBUTIONS = 3;

const Hash = z.string().regex(/^[0-9a-f]+$/);
const Transcript = z.strictObject({
  circuit: z.string(),
  r1csSha256: Hash,
  powersOfTauBlake2b: Hash,
  contributions: z.array(z.strictObject({ name: z.string(), hash: Hash, zkeySha256: Hash })),
});

/** What a ceremony's folder says about itself, in ceremony.json. */
type Transcript = z.infer<typeof Transcript>;

/** What is checked in as `circuits/keys/<circuit>.json` after a ceremony. */
interface Pins extends Transcript {
  beacon: { value: string; iterationsExponent: number; hash: string };
  zkeySha256: string;
  verificationKeySha256: string;
}

/** Sets the circuit's keys up from a powers-of-tau file whose blake2b-512 must be `expected`. Nobody may use them yet. */
export async function startCeremony(name: string, powersOfTau: string, expected: string, work: string): Promise<void> {
  const circuit = circuitNamed(name);
  const found = await hashOfFile(powersOfTau, 'blake2b512');
  if (found !== expected) throw new Error(`${powersOfTau} has blake2b ${found}, not ${expected}`);
  const r1cs = join(await compiled(circuit), 'circuit.r1cs');
  mkdirSync(work, { recursive: true });
  if (existsSync(transcriptFile(work))) throw new Error(`${work} holds a ceremony already`);
  const made = await zKey.newZKey(r1cs, powersOfTau, zkeyFile(work, 0));
  if (made === -1) throw new Error(`${powersOfTau} does not fit ${name}: see CONSTRAINTS.md for its power`);
  const r1csSha256 = await hashOfFile(r1cs, 'sha256');
  writeTranscript(work, { circuit: name, r1csSha256, powersOfTauBlake2b: expected, contributions: [] });
}

/** Adds one contribution with fresh randomness, which is forgotten. Returns its hash, for the contributor to publish. */
export async function contribute(work: string, name: string): Promise<string> {
  const transcript = readTranscript(work);
  const count = transcript.contributions.length;
  const next = zkeyFile(work, count + 1);
  const made = await zKey.contribute(zkeyFile(work, count), next, name, randomBytes(64).toString('hex'));
  const hash = Buffer.from(made).toString('hex');
  const zkeySha256 = await hashOfFile(next, 'sha256');
  writeTranscript(work, { ...transcript, contributions: [...transcript.contributions, { name, hash, zkeySha256 }] });
  return hash;
}

/** A beacon is a value that nobody could know before the last contribution, put through 2^exponent hashes. */
export interface Beacon {
  value: string;
  iterationsExponent: number;
}

/**
 * Ends the ceremony: beacon, verification of the whole chain of contributions, a proof made with the new keys, and
 * `output`/<circuit> with the keys, their pins and the verifier contract.
 */
export async function finishCeremony(work: string, powersOfTau: string, beacon: Beacon, output: string): Promise<void> {
  const transcript = readTranscript(work);
  const count = transcript.contributions.length;
  if (count < MINIMUM_CONTRIBUTIONS) throw new Error(`${count} contributions of at least ${MINIMUM_CONTRIBUTIONS}`);
  requireBeacon(beacon);
  const circuit = circuitNamed(transcript.circuit);
  const folder = join(output, circuit.name);
  mkdirSync(folder, { recursive: true });
  const zkey = join(folder, 'circuit.zkey');
  const made = await zKey.beacon(zkeyFile(work, count), zkey, 'beacon', beacon.value, beacon.iterationsExponent);
  if (made === false) throw new Error('snarkjs refuses the beacon');
  await writeKeyFiles(circuit, folder);
  await verifyKeys(circuit.name, powersOfTau, transcript.powersOfTauBlake2b, output);
  const pins: Pins = {
    ...transcript,
    beacon: { ...beacon, hash: Buffer.from(made).toString('hex') },
    zkeySha256: await hashOfFile(zkey, 'sha256'),
    verificationKeySha256: await hashOfFile(join(folder, 'verification_key.json'), 'sha256'),
  };
  writeFileSync(join(folder, 'pins.json'), `${JSON.stringify(pins, null, 2)}\n`);
}

function requireBeacon({ value, iterationsExponent }: Beacon): void {
  if (!/^([0-9a-f]{2}){16,255}$/.test(value)) throw new Error('the beacon must be 16 to 255 bytes in lower-case hex');
  if (!(iterationsExponent >= 10 && iterationsExponent <= 63)) throw new Error('the exponent must be from 10 to 63');
}

async function writeKeyFiles(circuit: Circuit, folder: string): Promise<void> {
  copyFileSync(join(await compiled(circuit), 'circuit.wasm'), join(folder, 'circuit.wasm'));
  const keyFile = join(folder, 'verification_key.json');
  const key = await zKey.exportVerificationKey(join(folder, 'circuit.zkey'));
  writeFileSync(keyFile, `${JSON.stringify(key, null, 1)}\n`);
  const contract = verifierContract(circuit.verifier, circuit.name, readVerificationKey(keyFile));
  writeFileSync(join(folder, `${circuit.verifier}.sol`), contract);
}

/**
 * Verifies finished keys against the circuit and the powers of tau: every contribution follows from the one before,
 * gamma differs from delta, and a proof made with them verifies. Throws where one of these fails.
 */
export async function verifyKeys(name: string, powersOfTau: string, expected: string, output: string): Promise<void> {
  const found = await hashOfFile(powersOfTau, 'blake2b512');
  if (found !== expected) throw new Error(`${powersOfTau} has blake2b ${found}, not ${expected}`);
  const folder = join(output, name);
  const zkey = join(folder, 'circuit.zkey');
  const r1cs = join(await compiled(circuitNamed(name)), 'circuit.r1cs');
  if (isInsecure(readVerificationKey(join(folder, 'verification_key.json')))) {
    throw new Error(`gamma equals delta in the keys of ${name}: nobody contributed to them`);
  }
  if (!(await zKey.verifyFromR1cs(r1cs, powersOfTau, zkey))) throw new Error(`the keys of ${name} do not verify`);
  // snarkjs takes a file of other powers without a word; then proofs do not verify. Nothing claimed is a true statement.
  const prover = await CircuitProver.load(await loadKeys(output, name, false));
  await prover.prove({ policy: 0n, records: [] });
}

const zkeyFile = (work: string, number: number): string => join(work, `${String(number).padStart(4, '0')}.zkey`);

const transcriptFile = (work: string): string => join(work, 'ceremony.json');

function readTranscript(work: string): Transcript {
  return Transcript.parse(JSON.parse(readFileSync(transcriptFile(work), 'utf8')));
}

function writeTranscript(work: string, transcript: Transcript): void {
  writeFileSync(transcriptFile(work), `${JSON.stringify(transcript, null, 2)}\n`);
}
