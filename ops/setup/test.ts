import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { root } from './root.ts';
import { prepare } from './prepare.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 };

function add(counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

/** Runs test files in processes of their own; a test that was cancelled or marked «todo» counts as failed. */
async function runFiles(files: string[], concurrency: number): Promise<void> {
  if (files.length === 0) return;
  const stream = run({ files, concurrency, cwd: root, execArgv: ['--disable-warning=ExperimentalWarning'] });
  stream.on('test:summary', ({ file, counts }) => {
    if (file !== undefined) return;
    add({ passed: counts.passed, failed: counts.tests - counts.passed - counts.skipped, skipped: counts.skipped });
  });
  for await (const text of stream.compose(spec)) process.stdout.write(text);
}

interface ForgeSuite {
  test_results: Record<string, { status: 'Success' | 'Failure' | 'Skipped'; reason: string | null }>;
}

/** Runs the Solidity tests and adds them to the counts. */
async function runForge(): Promise<void> {
  const text = await new Promise<string>((resolve, reject) => {
    let output = '';
    const child = spawn('forge', ['test', '--json'], {
      cwd: `${root}/evm-contracts`,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('exit', () => {
      resolve(output);
    });
  });
  const start = text.indexOf('{');
  if (start < 0) {
    add({ passed: 0, failed: 1, skipped: 0 });
    console.log(`✖ forge test gave no result: ${text.slice(0, 2000)}`);
    return;
  }
  for (const [suite, { test_results: results }] of Object.entries(
    JSON.parse(text.slice(start)) as Record<string, ForgeSuite>,
  )) {
    console.log(`▶ ${suite}`);
    for (const [name, { status, reason }] of Object.entries(results)) {
      console.log(`  ${status === 'Success' ? '✔' : '✖'} ${name}${reason === null ? '' : ` — ${reason}`}`);
      add({
        passed: Number(status === 'Success'),
        failed: Number(status === 'Failure'),
        skipped: Number(status === 'Skipped'),
      });
    }
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    unit: { type: 'boolean', default: false },
    integration: { type: 'boolean', default: false },
    // What takes too long for every day: never part of the plain run, which has a bounded slice of it.
    long: { type: 'boolean', default: false },
  },
});
const both = values.unit === values.integration && !values.long;
const isNamed = (file: string): boolean => positionals.length === 0 || positionals.some((part) => file.includes(part));
const wanted = (file: string): boolean => !file.includes('node_modules') && isNamed(file);
const find = (level: string): string[] =>
  globSync(`**/test/${level}/**/*.test.ts`, { cwd: root }).filter(wanted).sort();

await prepare(both || values.integration || values.long ? 'geth' : 'none');
if (both || values.unit) {
  await runFiles(find('unit'), 2);
  if (isNamed('evm-contracts')) await runForge();
}
if (both || values.integration) await runFiles(find('integration'), 1);
if (values.long) await runFiles(find('long'), 1);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
