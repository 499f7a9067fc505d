import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';

/** Writes a row that no schema takes, as a bug or a bad disk would. */
export async function garbleRow(directory: string, table: string, key: string, row: string): Promise<void> {
  const level = new ClassicLevel<string, string>(directory);
  await level.sublevel(table, { valueEncoding: 'utf8' }).put(key, row);
  await level.close();
}

/** Has every row leave the log for a table file, then cuts the largest such file. */
export async function truncateTables(directory: string): Promise<void> {
  const level = new ClassicLevel<string, string>(directory);
  await level.open();
  await level.compactRange('', '~~~');
  await level.close();
  // Opening once more writes what the log still has.
  await level.open();
  await level.compactRange('', '~~~');
  await level.close();
  const files = readdirSync(directory).filter((name) => name.endsWith('.ldb'));
  const largest = files.map((name) => join(directory, name)).sort((a, b) => statSync(b).size - statSync(a).size)[0];
  if (largest === undefined) throw new Error(`there is no table file in ${directory}`);
  truncateSync(largest, Math.floor(statSync(largest).size / 2));
}

export function deleteCurrent(directory: string): void {
  rmSync(join(directory, 'CURRENT'));
}

export function garbleManifest(directory: string): void {
  const name = readdirSync(directory).find((file) => file.startsWith('MANIFEST-'));
  if (name === undefined) throw new Error(`there is no manifest in ${directory}`);
  writeFileSync(join(directory, name), Buffer.alloc(4_096, 0x41));
}
