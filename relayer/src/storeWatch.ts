import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { attestorStandings } from './api/views/attestorStandings.ts';
import type { KnownNode } from './api/modules.ts';
import type { Tables } from './db/tables.ts';
import type { Metrics } from './metrics.ts';
import type { Pauses } from './mint/pauses.ts';
import type { Stage } from './stage.ts';
import { Wake } from './wake.ts';

interface Options {
  readonly everyMs: number;
  /** Of the store. */
  readonly directory: string;
}

interface Modules {
  readonly tables: Tables;
  readonly cards: readonly KnownNode[];
  readonly pauses: Pauses;
  readonly metrics: Metrics;
  readonly clock: () => number;
}

const COUNTED = [
  'epochs',
  'bundles',
  'contents',
  'held',
  'holds',
  'outbox',
  'releases',
  'records',
  'evidence',
] as const;
/** Rows are counted up to here: more is seen in the store's size. */
const MOST_COUNTED = 20_000;

/** Measures what a node keeps, and what of others it has seen: what no stage knows by itself. */
export function storeWatch({ everyMs, directory }: Options, modules: Modules): Stage<'look'> {
  let nextMs = 0;
  const { clock, metrics, tables, pauses } = modules;
  return {
    name: 'store-watch',
    wake: new Wake(),
    idleMs: everyMs,
    next: () => Promise.resolve(clock() < nextMs ? undefined : 'look'),
    run: async () => {
      nextMs = clock() + everyMs;
      metrics.list.storeBytes.set(bytesIn(directory));
      for (const table of COUNTED) {
        const keys = await tables[table].keys({ limit: MOST_COUNTED });
        metrics.list.tableRows.set({ table }, keys.length);
      }
      metrics.list.paused.set(pauses.all().length);
      for (const { operator = 'others', attestations, lastBlock } of await attestorStandings(modules)) {
        metrics.list.attestations.set({ operator }, attestations);
        if (lastBlock !== undefined) metrics.list.attestorBlock.set({ operator }, Number(lastBlock));
      }
    },
    postpone: () => Promise.resolve(),
    park: () => Promise.resolve(),
    transferId: () => 'store',
  };
}

/** Files may go while they are counted: the store puts them together by itself. */
function bytesIn(directory: string): number {
  return readdirSync(directory).reduce(
    (sum, name) => sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
