import assert from 'node:assert/strict';
import { it } from 'node:test';
import { laneKey } from '../../../src/db/keys.ts';
import { openTables } from '../../../src/db/tables.ts';
import type { Tables } from '../../../src/db/tables.ts';
import { Metrics } from '../../../src/metrics.ts';
import { keepHeld, rouseRecord, rouseRecords } from '../../../src/mint/heldRows.ts';
import { Draft } from '../../../src/chronicle/draft.ts';
import { withDirectory } from '../../fakes/withDirectory.ts';

const RECORDS = 3;
const HELD = 900;

/** How many held messages an act brings back at once. */
async function roused(tables: Tables, act: (writes: ReturnType<Tables['writes']>) => Promise<void>): Promise<number> {
  const writes = tables.writes('trading-feed/apply');
  let count = 0;
  const put = writes.put.bind(writes);
  writes.put = (table, key, value) => {
    count += 1;
    return put(table, key, value);
  };
  await act(writes);
  await writes.commit();
  return count;
}

it('an event brings back a page of the held messages of each record that it concerns, however many wait', async () => {
  await withDirectory(async (directory) => {
    const tables = await openTables(directory);
    const modules = { tables, metrics: new Metrics() };
    const writes = tables.writes('trading-feed/apply');
    const drafts = new Draft(tables.held);
    const record = (number: number): `0x${string}` => `0x${number.toString(16).padStart(64, '0')}`;
    for (let place = 0; place < HELD; place++) {
      const held = { laneId: 1n, message: BigInt(place), units: 1n, heldAt: 1, recipient: '0x00' } as const;
      keepHeld({ ...held, rightsId: record(place % RECORDS), reason: 'RECORD_NOT_BACKED' }, writes, drafts, modules);
    }
    await writes.commit();
    assert.equal(tables.queues.retry.size, HELD);
    assert.equal(await roused(tables, (one) => rouseRecord(record(1), one, modules)), 32);
    assert.equal(await roused(tables, (one) => rouseRecords(one, modules)), 32 * RECORDS);
    assert.equal(await roused(tables, (one) => rouseRecord(record(9), one, modules)), 0);
    assert.ok((await tables.held.get(laneKey(1n, 5n))) !== undefined);
    await tables.close();
  });
});
