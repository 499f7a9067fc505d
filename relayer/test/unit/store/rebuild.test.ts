import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { dirname, basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { rebuildStore } from '../../../src/db/rebuild.ts';
import { numberKey } from '../../../src/db/keys.ts';
import { openTables } from '../../../src/db/tables.ts';
import { deleteCurrent, garbleManifest, garbleRow, truncateTables } from '../../fakes/damage.ts';
import { withDirectory } from '../../fakes/withDirectory.ts';

const word = `0x${'11'.repeat(32)}` as const;
/** Lost, the node could sign another checkpoint of the same block. */
const signed = { blockNumber: 4n, blockHash: word, stateRoot: word, isFloor: false };
const pause = { laneId: 7n, atMs: 1, reason: 'the operator said so' };

/** A store with something to keep, something to forget and a cursor. */
async function fill(directory: string): Promise<void> {
  const tables = await openTables(directory);
  const writes = tables.writes('admin/pause').put(tables.pauses, numberKey(7n), pause);
  writes.put(tables.cursors, 'asset', { block: 9n }).put(tables.signed, numberKey(4n), signed);
  for (let lane = 100n; lane < 700n; lane++) writes.put(tables.pauses, numberKey(lane), { ...pause, laneId: lane });
  await writes.commit();
  await tables.close();
}

const damages: Readonly<Record<string, (store: string) => Promise<void> | void>> = {
  'a garbled row': (store) => garbleRow(store, 'cursors', 'asset', '{"block":-1}'),
  'a missing CURRENT': deleteCurrent,
  'a garbled manifest': garbleManifest,
  'nothing at all': () => undefined,
};

describe('rebuilding a store', () => {
  for (const [name, damage] of Object.entries(damages)) {
    it(`keeps what only this node knows, after ${name}`, async () => {
      await withDirectory(async (directory) => {
        const store = join(directory, 'store');
        await fill(store);
        await damage(store);
        const { aside, tables: taken } = await rebuildStore(store, '1');
        assert.deepEqual(taken.pauses, { kept: 601, lost: 0 });
        const tables = await openTables(store);
        assert.deepEqual(await tables.pauses.get(numberKey(7n)), pause);
        assert.deepEqual(await tables.signed.get(numberKey(4n)), signed);
        assert.equal(await tables.cursors.get('asset'), undefined);
        await tables.close();
        assert.deepEqual(readdirSync(dirname(store)).sort(), ['store', basename(aside)]);
        assert.ok(readdirSync(aside).length > 0);
      });
    });
  }

  it('takes over what can be read of a table that is cut short, and counts a row that cannot', async () => {
    await withDirectory(async (directory) => {
      const store = join(directory, 'store');
      await fill(store);
      await truncateTables(store);
      await garbleRow(store, 'pauses', numberKey(7n), '{}').catch(() => undefined);
      const { tables: taken } = await rebuildStore(store, '1');
      const { kept = 0, lost = 0 } = taken.pauses ?? {};
      assert.ok(kept < 601, `${kept} kept`);
      assert.ok(lost <= 1, `${lost} lost`);
    });
  });

  it('refuses while a node runs on it, and leaves it where it is', async () => {
    await withDirectory(async (directory) => {
      const store = join(directory, 'store');
      await fill(store);
      const running = await openTables(store);
      await assert.rejects(rebuildStore(store, '1'), { code: 'STORE_LOCKED' });
      assert.deepEqual(readdirSync(directory), ['store']);
      assert.deepEqual(await running.pauses.get(numberKey(7n)), pause);
      await running.close();
    });
  });

  it('refuses where there is none', async () => {
    await withDirectory((directory) => assert.rejects(rebuildStore(join(directory, 'no'), '1'), { code: 'NOT_FOUND' }));
  });
});
