// SPDX-License-Identifier: GPL-3.0-only
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './declaration.ts';

/** Brings a checked-in file, given relative to the root, to its content; with `isCheck` throws where it differs. */
export function settleFile(file: string, content: string, isCheck: boolean): void {
  const path = join(ROOT, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
  if (isCheck) throw new Error(`${file} is stale: run node circuits/scripts/build.ts and constraints.ts`);
  writeFileSync(path, content);
  console.log(`wrote ${file}`);
}
