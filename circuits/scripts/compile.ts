// SPDX-License-Identifier: GPL-3.0-only
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { CIRCUITS, DECLARATION, ROOT, type Circuit } from './declaration.ts';

const run = promisify(execFile);
const LIBRARIES = ['circuits/src', 'node_modules/circomlib/circuits'];

/** Compiles a circuit to `directory`/circuit.r1cs and circuit.wasm. Every compiler warning is an error. */
export async function compile(circuit: Circuit, directory: string): Promise<void> {
  const output = join(directory, 'compiling');
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  await circom(join('circuits', 'main', circuit.main), [...DECLARATION.compiler.flags, '--r1cs', '--wasm'], output);
  const stem = circuit.main.replace('.circom', '');
  renameSync(join(output, `${stem}.r1cs`), join(directory, 'circuit.r1cs'));
  renameSync(join(output, `${stem}_js`, `${stem}.wasm`), join(directory, 'circuit.wasm'));
  rmSync(output, { recursive: true });
}

/** Runs the pinned compiler on a file given relative to the root. Returns what it printed; throws if it warned. */
export async function circom(file: string, flags: readonly string[], output: string): Promise<string> {
  const program = join(ROOT, 'node_modules', 'circom2', 'cli.js');
  const libraries = LIBRARIES.flatMap((path) => ['-l', path]);
  const args = [program, file, ...flags, '--inspect', ...libraries, '-o', relative(ROOT, output)];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: ROOT, maxBuffer: 64 << 20 });
  const printed = `${stdout}${stderr}`;
  if (/warning/i.test(printed)) throw new Error(`circom warns about ${file}:\n${printed}`);
  return printed;
}

/** A hash of everything that the artefacts depend on: sources, compiler, flags, libraries and the key's program. */
export function contentHash(circuit: Circuit): string {
  const hash = createHash('sha256');
  const files = [
    join('main', circuit.main),
    ...sortedFiles('src', '.circom'),
    ...['compile', 'developmentKey', 'field', 'fixedBaseWorker', 'r1csFile'].map((name) => `scripts/${name}.ts`),
  ];
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(CIRCUITS, file))).update('\0');
  hash.update(JSON.stringify(DECLARATION.compiler));
  for (const name of ['circomlib', 'circom2', 'wasmcurves']) hash.update(`${name}@${installedVersion(name)}\0`);
  return hash.digest('hex');
}

function sortedFiles(folder: string, ending: string): string[] {
  return readdirSync(join(CIRCUITS, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

/** The version of an installed package. */
export function installedVersion(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}
