import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { reportSchema } from '../src/report.ts';

// Writes report.schema.json from the one declaration in TypeScript; with --check, fails when the file is stale.
const file = new URL('../report.schema.json', import.meta.url);
const text = `${JSON.stringify(z.toJSONSchema(reportSchema), undefined, 2)}\n`;

if (process.argv.includes('--check')) {
  if ((await readFile(file, 'utf8')) !== text) {
    console.error('ops/report/report.schema.json is stale: run node ops/report/scripts/schema.ts');
    process.exitCode = 1;
  }
} else {
  await writeFile(file, text);
}
