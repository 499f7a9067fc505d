import { existsSync } from 'node:fs';
import { cp, readdir, rename, rm } from 'node:fs/promises';
import { Fault } from '@twinspan/protocol';
import { asFault } from '../asFault.ts';
import { openSalvaged, openStore, rebuiltAt } from './openStore.ts';
import type { Table } from './table.ts';
import { openTables, tablesIn } from './tables.ts';
import type { Tables } from './tables.ts';

/** What only this node knows and neither chain can tell. Everything else is read from the chains again. */
const KEPT = [
  'signed',
  'attestations',
  'evidence',
  'submissions',
  'pauses',
] as const satisfies readonly (keyof Tables)[];

/** Rows looked at together. */
const PAGE = 500;

export interface TakenOver {
  /** Rows in the new store. */
  readonly kept: number;
  /** Rows that could not be read. */
  readonly lost: number;
}

export interface Rebuilt {
  /** Where the old store is now. */
  readonly aside: string;
  readonly tables: Readonly<Record<string, TakenOver>>;
}

/**
 * Sets a store aside, whole and for good, and begins a new one with what only this node knows. The node that starts on it
 * asks both chains for the rest. The old store stays in its place until the new one is complete, wherever this is killed.
 * @param stamp tells the old store from others that were set aside before
 * @param open how the new one is opened; a crash test opens one that dies at a chosen write
 * @throws Fault STORE_LOCKED while a node runs on it, NOT_FOUND when there is none
 */
export async function rebuildStore(directory: string, stamp: string, open = openTables): Promise<Rebuilt> {
  await requireFree(directory);
  const aside = `${directory}.aside-${stamp}`;
  const [copy, making] = [`${directory}.reading`, `${directory}.making`];
  const clear = async (): Promise<void> => {
    for (const rest of [copy, making]) await rm(rest, { recursive: true, force: true });
  };
  // Left by one that was killed.
  await clear();
  try {
    await cp(directory, copy, { recursive: true });
    const tables = await takeOver(copy, making, open);
    await rename(making, rebuiltAt(directory));
    await rename(directory, aside);
    await rename(rebuiltAt(directory), directory);
    return { aside, tables };
  } finally {
    await clear();
  }
}

async function requireFree(directory: string): Promise<void> {
  const names: string[] = await readdir(directory).catch(() => []);
  if (names.length === 0 && !existsSync(rebuiltAt(directory)))
    throw new Fault('NOT_FOUND', `there is no store in ${directory}`);
  try {
    await (await openStore(directory)).close();
  } catch (error) {
    if (asFault(error).code !== 'STORE_CORRUPT') throw error;
  }
}

async function takeOver(copy: string, making: string, open: typeof openTables): Promise<Rebuilt['tables']> {
  const store = await openSalvaged(copy);
  const fresh = await open(making);
  try {
    const old = tablesIn(store, Date.now);
    const taken: Record<string, TakenOver> = {};
    for (const name of KEPT) taken[name] = await copyTable<unknown>(old[name], fresh[name], fresh);
    return taken;
  } finally {
    await fresh.close();
    await store.close();
  }
}

async function copyTable<Row>(from: Table<Row>, to: Table<Row>, fresh: Tables): Promise<TakenOver> {
  let kept = 0;
  let lost = 0;
  for (let keys = await from.keys({ limit: PAGE }); keys.length > 0; keys = await from.keys(after(keys))) {
    const writes = fresh.writes('rebuild/keep');
    for (const key of keys) {
      const row = await readable(from, key);
      if (row === undefined) lost += 1;
      else writes.put(to, key, row);
    }
    await writes.commit();
    kept += keys.length;
  }
  return { kept: kept - lost, lost };
}

function after(keys: readonly string[]): { readonly after?: string; readonly limit: number } {
  const last = keys.at(-1);
  return { ...(last === undefined ? {} : { after: last }), limit: PAGE };
}

async function readable<Row>(table: Table<Row>, key: string): Promise<Row | undefined> {
  try {
    return await table.get(key);
  } catch (error) {
    if (asFault(error).code === 'STORE_CORRUPT') return undefined;
    throw error;
  }
}
