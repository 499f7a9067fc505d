import { readdir } from 'node:fs/promises';
import { Level } from 'level';
import { corrupt, openFault } from './storeFault.ts';
import type { Store } from './table.ts';

/**
 * Opens the store in `directory`, which is made when absent.
 * @throws Fault STORE_LOCKED, STORE_FULL or STORE_CORRUPT
 */
export async function openStore(directory: string): Promise<Store> {
  await refuseHeadless(directory);
  const store: Store = new Level<string, unknown>(directory, { valueEncoding: 'json' });
  try {
    await store.open();
    return store;
  } catch (error) {
    throw openFault(error, directory);
  }
}

/** LevelDB takes a store without its CURRENT file for a new one and deletes what is there. */
async function refuseHeadless(directory: string): Promise<void> {
  const names: string[] = await readdir(directory).catch(() => []);
  const hasRows = names.some((name) => name.startsWith('MANIFEST-') || name.endsWith('.ldb'));
  if (hasRows && !names.includes('CURRENT')) throw corrupt(`the store in ${directory}`, 'its file CURRENT is missing');
}
