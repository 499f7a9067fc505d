// SPDX-License-Identifier: GPL-3.0-only
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cached, stampOf } from './artefacts.ts';
import { hashOfFiles } from './compile.ts';
import { ROOT } from './declaration.ts';

const run = promisify(execFile);

const SOURCE = join('circuits', 'native-prover');
/** On Linux the library's assembler files ask for a stack that can be executed, and need none. */
const LINKER_FLAGS = `-s -w${process.platform === 'linux' ? ' -extldflags=-Wl,-z,noexecstack' : ''}`;

/**
 * Builds circuits/native-prover unless that was done before: `.cache/circuits/native-prover/native-prover`. Where it cannot
 * be built it says why, and proofs are made with snarkjs.
 */
export async function withNativeProver(): Promise<void> {
  try {
    const { stdout: version } = await run('go', ['version']);
    const tags = tagsOf(process.arch, cpuFlags());
    const sources = readdirSync(join(ROOT, SOURCE)).filter((name) => /\.go$|^go\./.test(name));
    const content = hashOfFiles(sources.sort().map((name) => join(SOURCE, name)));
    await cached('native-prover', stampOf(version, tags, LINKER_FLAGS, content), (directory) => build(directory, tags));
  } catch (error) {
    const why = error instanceof Error ? error.message.trim().split('\n').slice(0, 3).join(' · ') : String(error);
    console.log(`the native prover cannot be built, and snarkjs takes its place (Go and gcc are needed): ${why}`);
  }
}

async function build(directory: string, tags: string): Promise<void> {
  const args = ['build', '-trimpath', `-tags=${tags}`, `-ldflags=${LINKER_FLAGS}`];
  await run('go', [...args, '-o', join(directory, 'native-prover'), '.'], {
    cwd: join(ROOT, SOURCE),
    env: { ...process.env, CGO_ENABLED: '1', GOFLAGS: '-mod=readonly -buildvcs=false' },
  });
}

/** The library's fast arithmetic uses instructions that older machines lack. */
export function tagsOf(arch: string, flags: ReadonlySet<string> | undefined): string {
  const lacks = arch === 'x64' && flags !== undefined && !(flags.has('adx') && flags.has('bmi2'));
  return lacks ? 'rapidsnark_noasm' : '';
}

/** What the processor can do; undefined where the system does not tell. */
function cpuFlags(): ReadonlySet<string> | undefined {
  try {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
    return line === undefined ? undefined : new Set(line.trim().split(' '));
  } catch {
    return undefined;
  }
}
