import { cp, readdir, rename, rm } from 'node:fs/promises';
import { Fault } from '@twinspan/protocol';
import { asFault } from '../asFault.ts';
import { openSalvaged, openStore } from './openStore.ts';
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
 * asks both chains for the rest.
 * @param stamp tells the old store from others that were set aside before
 * @throws Fault STORE_LOCKED while a node runs on it, NOT_FOUND when there is none
 */
export async function rebuildStore(directory: string, stamp: string): Promise<Rebuilt> {
  await requireFree(directory);
  const aside = `${directory}.aside-${stamp}`;
  const copy = `${directory}.reading-${stamp}`;
  await rename(directory, aside);
  try {
    await cp(aside, copy, { recursive: true });
    return { aside, tables: await takeOver(copy, directory) };
  } catch (error) {
    // As it was before: a second attempt finds the old store where it was.
    await rm(directory, { recursive: true, force: true });
    await rename(aside, directory);
    throw error;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function requireFree(directory: string): Promise<void> {
  const names: string[] = await readdir(directory).catch(() => []);
  if (names.length === 0) throw new Fault('NOT_FOUND', `there is no store in ${directory}`);
  try {
    await (await openStore(directory)).close();
  } catch (error) {
    if (asFault(error).code !== 'STORE_CORRUPT') throw error;
  }
}

async function takeOver(copy: string, directory: string): Promise<Rebuilt['tables']> {
  const store = await openSalvaged(copy);
  const fresh = await openTables(directory);
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
