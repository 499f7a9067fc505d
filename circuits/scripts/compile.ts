// SPDX-License-Identifier: GPL-3.0-only
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { DECLARATION, ROOT } from './declaration.ts';

const run = promisify(execFile);
const LIBRARIES = ['circuits/src', 'node_modules/circomlib/circuits'];

/** Compiles a source, given relative to the root, to `directory`/circuit.r1cs and circuit.wasm. */
export async function compile(source: string, directory: string): Promise<void> {
  const output = join(directory, 'compiling');
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  await circom(source, [...DECLARATION.compiler.flags, '--r1cs', '--wasm'], output);
  const stem = basename(source, '.circom');
  renameSync(join(output, `${stem}.r1cs`), join(directory, 'circuit.r1cs'));
  renameSync(join(output, `${stem}_js`, `${stem}.wasm`), join(directory, 'circuit.wasm'));
  rmSync(output, { recursive: true });
}

/**
 * Runs the pinned compiler from the root, which its wasm build cannot leave.
 * @throws when the source does not compile, or the compiler warns about it
 */
async function circom(source: string, flags: readonly string[], output: string): Promise<void> {
  const { package: name, version } = DECLARATION.compiler;
  if (installedVersion(name) !== version) throw new Error(`circuits.json wants ${name} ${version}: run npm install`);
  const program = join(ROOT, 'node_modules', name, 'cli.js');
  const libraries = LIBRARIES.flatMap((path) => ['-l', path]);
  const args = [program, source, ...flags, '--inspect', ...libraries, '-o', relative(ROOT, output)];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: ROOT, maxBuffer: 64 << 20 });
  const printed = `${stdout}${stderr}`;
  if (/warning/i.test(printed)) throw new Error(`circom warns about ${source}:\n${printed}`);
}

/** A hash of everything that decides what is compiled: the source, our templates, compiler, flags and library. */
export function sourceHash(source: string): string {
  const templates = readdirSync(join(ROOT, 'circuits', 'src'))
    .filter((name) => name.endsWith('.circom'))
    .sort()
    .map((name) => join('circuits', 'src', name));
  const hash = hashOfFiles([source, ...templates, 'circuits/scripts/compile.ts']);
  return createHash('sha256')
    .update(hash)
    .update(JSON.stringify(DECLARATION.compiler))
    .update(installedVersion('circomlib'))
    .digest('hex');
}

/** A hash of files, given relative to the root, by name and content. */
export function hashOfFiles(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  return hash.digest('hex');
}

/** The version of an installed package. */
function installedVersion(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}
