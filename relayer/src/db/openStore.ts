import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import { corrupt, openFault } from './storeFault.ts';
import type { Store } from './table.ts';

/** Where a store that was rebuilt stands, complete, until the old one is out of its way. */
export function rebuiltAt(directory: string): string {
  return `${directory}.rebuilt`;
}

/**
 * Opens the store in `directory`, which is made when absent; where a rebuild was interrupted at its last step, that is done.
 * @throws Fault STORE_LOCKED, STORE_FULL or STORE_CORRUPT
 */
export async function openStore(directory: string): Promise<Store> {
  await settleRebuild(directory);
  if (await isHeadless(directory)) throw corrupt(`the store in ${directory}`, 'its file CURRENT is missing');
  const store: Store = new ClassicLevel<string, unknown>(directory, { valueEncoding: 'json' });
  try {
    await store.open();
    return store;
  } catch (error) {
    throw openFault(error, directory);
  }
}

/**
 * Opens a copy of a store of which parts may be missing or garbled: what can be read of it can be read then.
 * @throws Fault STORE_CORRUPT when nothing can
 */
export async function openSalvaged(directory: string): Promise<Store> {
  try {
    await ClassicLevel.repair(directory);
  } catch (error) {
    throw openFault(error, directory);
  }
  return openStore(directory);
}

/** An empty store in its place would not know what the own key has signed. */
async function settleRebuild(directory: string): Promise<void> {
  if (existsSync(directory)) await rm(rebuiltAt(directory), { recursive: true, force: true });
  else if (existsSync(rebuiltAt(directory))) await rename(rebuiltAt(directory), directory);
}

/** LevelDB takes a store without its CURRENT file for a new one and deletes what is there. */
async function isHeadless(directory: string): Promise<boolean> {
  const names: string[] = await readdir(directory).catch(() => []);
  const hasRows = names.some((name) => name.startsWith('MANIFEST-') || name.endsWith('.ldb'));
  return hasRows && !names.includes('CURRENT');
}
