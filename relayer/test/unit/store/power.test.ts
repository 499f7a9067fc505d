import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ClassicLevel } from 'classic-level';
import { pointNames } from '../../../src/db/commitPoints.ts';
import { openStore } from '../../../src/db/openStore.ts';
import { tablesIn } from '../../../src/db/tables.ts';
import { withDirectory } from '../../fakes/withDirectory.ts';

it('what no chain can tell again is on the disk before anything follows from it, and nothing else waits for the disk', async (test) => {
  await withDirectory(async (directory) => {
    const store = await openStore(directory);
    const tables = tablesIn(store, Date.now);
    const batch = test.mock.method(ClassicLevel.prototype, 'batch');
    const synced: string[] = [];
    for (const point of pointNames) {
      await tables.writes(point).put(tables.cursors, 'asset', { block: 1n }).commit();
      const [, options]: readonly unknown[] = batch.mock.calls.at(-1)?.arguments ?? [];
      assert.ok(typeof options === 'object' && options !== null && 'sync' in options);
      if (options.sync === true) synced.push(point);
    }
    assert.equal(batch.mock.callCount(), pointNames.length);
    assert.deepEqual(synced, ['release-attest/signed', 'admin/pause', 'rebuild/keep']);
    await store.close();
  });
});
