import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportSchema } from '@twinspan/report';
import type { Measure } from '@twinspan/report';
import { root } from '../../../setup/root.ts';

/** The demo as a user runs it, everything built. */
export async function demo(): Promise<Record<string, Measure>> {
  const folder = await mkdtemp(join(tmpdir(), 'twinspan-bench-'));
  try {
    const file = join(folder, 'report.json');
    const child = spawn(process.execPath, [`${root}/ops/demo/src/main.ts`, '--report', file], { stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`the demo ended with ${String(code)}`);
    return reportSchema.parse(JSON.parse(await readFile(file, 'utf8'))).measures;
  } finally {
    await rm(folder, { recursive: true });
  }
}
