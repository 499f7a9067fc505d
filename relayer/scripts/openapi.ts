import { readFile, writeFile } from 'node:fs/promises';
import { pino } from 'pino';
import { documentText } from '../src/api/document.ts';
import type { ApiModules } from '../src/api/modules.ts';
import { Watchers } from '../src/api/live.ts';
import { buildApi } from '../src/api/server.ts';
import { EventRing } from '../src/chronicle/eventRing.ts';

// Writes openapi.json from the routes themselves; with --check, fails when the file is stale.
const file = new URL('../openapi.json', import.meta.url);

/** Routes are only described here, never asked. */
const nothing = { tables: {}, clock: Date.now } as unknown as ApiModules;
const watchers = new Watchers(new EventRing(1, Date.now), () => undefined);
const text = documentText(await buildApi(nothing, watchers, pino({ level: 'silent' })));

if (process.argv.includes('--check')) {
  if ((await readFile(file, 'utf8')) !== text) {
    console.error('relayer/openapi.json is stale: run node relayer/scripts/openapi.ts');
    process.exitCode = 1;
  }
} else {
  await writeFile(file, text);
}
