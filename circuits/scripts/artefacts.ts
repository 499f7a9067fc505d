// SPDX-License-Identifier: GPL-3.0-only
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zKey } from 'snarkjs';
import { compile, hashOfFiles, sourceHash } from './compile.ts';
import { ROOT, type Circuit, type Part } from './declaration.ts';
import { developmentKey } from './developmentKey.ts';
import { readR1cs } from './r1csFile.ts';
import { stopThreads } from './stopThreads.ts';

const KEY_PROGRAM = ['developmentKey', 'field', 'fixedBase', 'fixedBaseWorker', 'r1csFile'];

const WARNING = `The keys in this folder are FOR DEVELOPMENT.

They come from a seed in the source: anyone can prove anything with them. Deployment refuses their verifier contracts on
every chain outside its list for development. Keys for production come from a ceremony: npm run ceremony.
`;

/** Compiles a part unless that was done before. Returns the folder with circuit.r1cs and circuit.wasm. */
export async function compiled(part: Part): Promise<string> {
  return cached(join('compiled', part.name), sourceHash(part.main), (directory) => compile(part.main, directory));
}

/**
 * Compiles a circuit and makes its development keys unless that was done before. Returns the folder with circuit.r1cs,
 * circuit.wasm, circuit.zkey and verification_key.json.
 */
export async function withDevelopmentKeys(circuit: Circuit): Promise<string> {
  const program = hashOfFiles(KEY_PROGRAM.map((name) => join('circuits', 'scripts', `${name}.ts`)));
  return cached(circuit.name, stampOf(sourceHash(circuit.main), program), async (directory) => {
    const from = await compiled(circuit);
    for (const name of ['circuit.r1cs', 'circuit.wasm']) copyFileSync(join(from, name), join(directory, name));
    await writeKeys(directory);
  });
}

/** What names a content: 64 hex digits over everything that decides it. */
export function stampOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Runs `make` in a folder that takes the place of the cached one when it is done, unless that has the same stamp. */
export async function cached(name: string, stamp: string, make: (directory: string) => Promise<void>): Promise<string> {
  const directory = join(ROOT, '.cache', 'circuits', name);
  if (isCurrent(directory, stamp)) return directory;
  const started = performance.now();
  const building = `${directory}.${process.pid}`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  await make(building);
  writeFileSync(join(building, 'content.sha256'), `${stamp}\n`);
  replace(directory, building, stamp);
  console.log(`built ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return directory;
}

/** Another process may have put the same content there meanwhile: then that one stays. */
function replace(directory: string, building: string, stamp: string): void {
  if (!isCurrent(directory, stamp)) {
    rmSync(directory, { recursive: true, force: true });
    renameSync(building, directory);
  } else {
    rmSync(building, { recursive: true });
  }
}

function isCurrent(directory: string, stamp: string): boolean {
  const file = join(directory, 'content.sha256');
  return existsSync(file) && readFileSync(file, 'utf8') === `${stamp}\n`;
}

async function writeKeys(directory: string): Promise<void> {
  const zkey = await developmentKey(readR1cs(join(directory, 'circuit.r1cs')));
  const key = await zKey.exportVerificationKey({ type: 'mem', data: zkey });
  await stopThreads();
  writeFileSync(join(directory, 'circuit.zkey'), zkey);
  writeFileSync(
    join(directory, 'verification_key.json'),
    `${JSON.stringify({ ...key, development: true }, null, 1)}\n`,
  );
  writeFileSync(join(directory, 'KEYS_ARE_FOR_DEVELOPMENT.txt'), WARNING);
}
