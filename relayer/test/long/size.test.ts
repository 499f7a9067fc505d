import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { laneKey } from '../../src/db/keys.ts';
import { openTables } from '../../src/db/tables.ts';
import { withDirectory } from '../fakes/withDirectory.ts';

const JOBS = 100_000;
const BATCH = 5_000;
/** Of one waiting job, in memory. */
const MOST_BYTES = 1_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

it(`${JOBS} waiting jobs are there again after a restart, within the memory that they may take`, async (test) => {
  await withDirectory(async (directory) => {
    const filled = await openTables(directory);
    for (let from = 0; from < JOBS; from += BATCH) {
      const writes = filled.writes('trading-feed/apply');
      for (let place = from; place < from + BATCH; place++) {
        const message = BigInt(place);
        filled.queues.retry.add(writes, laneKey(1n, message), { laneId: 1n, message, reason: 'RECORD_NOT_BACKED' });
      }
      await writes.commit();
    }
    await filled.close();
    const before = heapBytes();
    const startedMs = performance.now();
    const tables = await openTables(directory);
    const openedMs = Math.round(performance.now() - startedMs);
    const bytes = Math.round((heapBytes() - before) / JOBS);
    test.diagnostic(`opened in ${openedMs} ms, ${bytes} bytes of heap a job`);
    const { retry } = tables.queues;
    assert.deepEqual(retry.measure().length, JOBS);
    assert.equal(retry.due(3).length, 3);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes a job`);
    await tables.close();
  });
});
