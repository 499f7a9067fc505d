import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { laneKey, numberKey } from '../../../src/db/keys.ts';
import { openTables } from '../../../src/db/tables.ts';
import type { Tables } from '../../../src/db/tables.ts';
import { Metrics } from '../../../src/metrics.ts';
import { queueStage } from '../../../src/queueStage.ts';
import { runStage } from '../../../src/stage.ts';
import { withDirectory } from '../../fakes/withDirectory.ts';

function mount(...args: string[]): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', ...args]).status === 0;
}

/** A disk of one megabyte. @returns false where this user may not have one */
async function withSmallDisk(test: (disk: string) => Promise<void>): Promise<boolean> {
  let isMounted = false;
  await withDirectory(async (directory) => {
    const disk = join(directory, 'disk');
    mkdirSync(disk);
    isMounted = mount('-o', 'size=1m', 'tmpfs', disk);
    if (!isMounted) return;
    try {
      await test(disk);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
  return isMounted;
}

/** One batch: the cursor, a row and a job, as a feed writes them. */
function step(tables: Tables, epoch: bigint): Promise<void> {
  const key = laneKey(1n, epoch);
  const words = `0x${'ab'.repeat(4_000)}` as const;
  const writes = tables.writes('asset-feed/apply').put(tables.cursors, 'asset', { block: epoch });
  writes.put(tables.bundles, key, { laneId: 1n, epoch, payload: '0x', endorsements: '0x', words });
  tables.queues.deliver.add(writes, key, { laneId: 1n, epoch });
  return writes.commit();
}

async function fill(tables: Tables): Promise<bigint> {
  for (let epoch = 1n; ; epoch++) {
    try {
      await step(tables, epoch);
    } catch (error) {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'STORE_FULL', String(error));
      return epoch - 1n;
    }
  }
}

describe('a full disk', () => {
  it('stops the write wholly, in the store and in memory, and with space the node goes on', async (test) => {
    const isTried = await withSmallDisk(async (disk) => {
      const store = join(disk, 'store');
      const tables = await openTables(store);
      const written = await fill(tables);
      assert.equal(tables.queues.deliver.size, Number(written));
      await assert.rejects(step(tables, written + 1n), { code: 'STORE_FULL' });
      await tables.close();
      await assert.rejects(openTables(store), { code: 'STORE_FULL' });

      assert.ok(mount('-o', 'remount,size=16m', 'tmpfs', disk));
      const again = await openTables(store);
      assert.deepEqual(await again.cursors.get('asset'), { block: written });
      assert.equal((await again.bundles.keys({ limit: 10_000 })).length, Number(written));
      assert.equal(again.queues.deliver.size, Number(written));
      await step(again, written + 1n);
      assert.equal(again.queues.deliver.size, Number(written) + 1);
      await again.close();
    });
    if (!isTried) test.skip('this user may not mount a small disk');
  });

  it('ends the loop of the stage that met it: the node stops, rather than go on with what it could not keep', async (test) => {
    const isTried = await withSmallDisk(async (disk) => {
      const tables = await openTables(join(disk, 'store'));
      await fill(tables);
      const stage = queueStage({
        name: 'mint-deliver',
        queue: tables.queues.deliver,
        tables,
        idleMs: 1,
        run: async ({ id }) => {
          const writes = tables.writes('mint-deliver/known').put(tables.pauses, numberKey(1n), {
            ...{ laneId: 1n, atMs: 1, reason: 'x'.repeat(1_000_000) },
          });
          tables.queues.deliver.remove(writes, id);
          await writes.commit();
        },
        transferId: () => 'test',
      });
      const tools = { log: pino({ level: 'silent' }), metrics: new Metrics() };
      await assert.rejects(runStage(stage, tools, new AbortController().signal), { code: 'STORE_FULL' });
      await tables.close();
    });
    if (!isTried) test.skip('this user may not mount a small disk');
  });
});
