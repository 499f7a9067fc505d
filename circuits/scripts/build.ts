// SPDX-License-Identifier: GPL-3.0-only
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { curves, zKey, type VerificationKey } from 'snarkjs';
import { compile, contentHash } from './compile.ts';
import { CIRCUITS, DECLARATION, ROOT, artefactsOf, mainSource, type Circuit } from './declaration.ts';
import { developmentKey } from './developmentKey.ts';
import { readR1cs } from './r1csFile.ts';
import { verifierContract } from './verifierContract.ts';

// npm run build: compiles every circuit, makes its development keys and writes its verifier contract.
// With --check it fails, rather than writes, where a checked-in file is not what it would write.

const WARNING = `The keys in this folder are FOR DEVELOPMENT.

They come from a seed in the source: anyone can prove anything with them. Deployment refuses their verifier contracts on
every chain outside its list for development. Keys for production come from a ceremony: npm run ceremony.
`;

async function build(): Promise<void> {
  const check = process.argv.includes('--check');
  for (const circuit of DECLARATION.circuits) {
    settle(join(CIRCUITS, 'main', circuit.main), mainSource(circuit), check);
    const key = await artefacts(circuit);
    const contract = join(ROOT, 'evm-contracts', 'src', 'generated', `${circuit.verifier}.sol`);
    settle(contract, verifierContract(circuit.verifier, circuit.name, key), check);
  }
  const curve = await curves.getCurveFromName('bn128');
  await curve.terminate();
}

/** Makes the artefacts of a circuit unless they are there for the same content. Returns the verification key. */
async function artefacts(circuit: Circuit): Promise<VerificationKey> {
  const directory = artefactsOf(circuit.name);
  const keyFile = join(directory, 'verification_key.json');
  const stamp = contentHash(circuit);
  if (!isCurrent(directory, stamp)) {
    const started = Date.now();
    const building = `${directory}.${process.pid}`;
    rmSync(building, { recursive: true, force: true });
    mkdirSync(building, { recursive: true });
    await compile(circuit, building);
    await writeKeys(building);
    writeFileSync(join(building, 'content.sha256'), `${stamp}\n`);
    rmSync(directory, { recursive: true, force: true });
    renameSync(building, directory);
    console.log(`${circuit.name}: compiled, development keys made (${(Date.now() - started) / 1000} s)`);
  }
  return JSON.parse(readFileSync(keyFile, 'utf8')) as VerificationKey;
}

function isCurrent(directory: string, stamp: string): boolean {
  const file = join(directory, 'content.sha256');
  return existsSync(file) && readFileSync(file, 'utf8') === `${stamp}\n`;
}

async function writeKeys(directory: string): Promise<void> {
  const zkey = await developmentKey(readR1cs(join(directory, 'circuit.r1cs')));
  const key = await zKey.exportVerificationKey({ type: 'mem', data: zkey });
  writeFileSync(join(directory, 'circuit.zkey'), zkey);
  writeFileSync(join(directory, 'verification_key.json'), `${JSON.stringify({ ...key, development: true }, null, 1)}\n`);
  writeFileSync(join(directory, 'KEYS_ARE_FOR_DEVELOPMENT.txt'), WARNING);
}

/** Brings a checked-in file to its content, or with `check` throws where it differs. */
function settle(file: string, content: string, check: boolean): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return;
  if (check) throw new Error(`${file} is stale: run npm run build --workspace circuits`);
  writeFileSync(file, content);
  console.log(`wrote ${file}`);
}

await build();
