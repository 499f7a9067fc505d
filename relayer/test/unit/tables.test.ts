import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import fc from 'fast-check';
import { ClassicLevel } from 'classic-level';
import { pino } from 'pino';
import { laneKey } from '../../src/db/keys.ts';
import type { Job } from '../../src/db/jobQueue.ts';
import { openTables } from '../../src/db/tables.ts';
import type { HeldRow, OfRecord, Tables } from '../../src/db/tables.ts';
import { Metrics } from '../../src/metrics.ts';
import { queueStage } from '../../src/queueStage.ts';
import { takeTurn } from '../../src/stage.ts';
import type { Stage } from '../../src/stage.ts';

const directory = mkdtempSync(join(tmpdir(), 'twinspan-tables-'));
let count = 0;

async function withTables(test: (tables: Tables, reopen: () => Promise<Tables>) => Promise<void>): Promise<void> {
  count += 1;
  const path = join(directory, String(count));
  let tables = await openTables(path, () => 1_000);
  await test(tables, async () => {
    await tables.close();
    tables = await openTables(path, () => 1_000);
    return tables;
  });
  await tables.close();
}

after(() => rm(directory, { recursive: true }));

const uint = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const hex = (bytes: number): fc.Arbitrary<`0x${string}`> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((value) => `0x${Buffer.from(value).toString('hex')}` as const);

describe('tables', () => {
  it('give back what was written', async () => {
    const held: fc.Arbitrary<HeldRow> = fc.record(
      {
        laneId: uint(64),
        message: uint(64),
        rightsId: hex(32),
        recipient: hex(20),
        units: uint(80),
        heldAt: fc.nat(),
        reason: fc.constantFrom('RECORD_NOT_BACKED', 'RECIPIENT_REFUSED'),
      },
      { noNullPrototype: true },
    );
    await withTables((tables) =>
      fc.assert(
        fc.asyncProperty(held, async (row) => {
          const key = laneKey(row.laneId, row.message);
          await tables.writes('trading-feed/apply').put(tables.held, key, row).commit();
          assert.deepEqual(await tables.held.get(key), row);
        }),
        { numRuns: 50 },
      ),
    );
  });

  it('sort keys as their numbers', () => {
    fc.assert(
      fc.property(uint(64), uint(64), (a, b) => {
        assert.equal(laneKey(1n, a) < laneKey(1n, b), a < b);
      }),
    );
  });

  it('refuse a row that is not what it should be', async () => {
    const path = join(directory, 'corrupt');
    const level = new ClassicLevel<string, unknown>(path, { valueEncoding: 'json' });
    await level.sublevel<string, unknown>('cursors', { valueEncoding: 'json' }).put('asset', { block: -1 });
    await level.close();
    const tables = await openTables(path);
    await assert.rejects(tables.cursors.get('asset'), { code: 'STORE_CORRUPT' });
    await tables.close();
  });

  it('refuse to write a row that could not be read', async () => {
    await withTables((tables) => {
      assert.throws(() => tables.writes('trading-feed/apply').put(tables.cursors, 'asset', { block: -1n }));
      return Promise.resolve();
    });
  });

  it('take a batch wholly or not at all, and memory follows the store', async () => {
    const tables = await openTables(join(directory, 'closed'));
    const writes = tables.writes('asset-feed/apply');
    tables.queues.deliver.add(writes, 'a', { laneId: 1n, epoch: 1n });
    writes.put(tables.cursors, 'asset', { block: 1n });
    await tables.close();
    await assert.rejects(writes.commit());
    assert.equal(tables.queues.deliver.size, 0);
  });
});

describe('a job queue', () => {
  const body = { laneId: 1n, epoch: 1n };

  it('keeps attempts, waits and parked jobs over a restart', async () => {
    await withTables(async (tables, reopen) => {
      const first = tables.writes('mint-endorse/endorsed');
      for (const id of ['waits', 'parked', 'fresh']) tables.queues.deliver.add(first, id, body);
      await first.commit();
      const second = tables.writes('mint-deliver/postpone');
      const [waits, parked] = [tables.queues.deliver.get('waits'), tables.queues.deliver.get('parked')];
      assert.ok(waits !== undefined && parked !== undefined);
      tables.queues.deliver.postpone(second, waits, 500);
      tables.queues.deliver.park(second, parked, new Fault('FUNDS_SHORT', 'no gas'));
      await second.commit();

      const { deliver } = (await reopen()).queues;
      assert.deepEqual([deliver.get('waits')?.attempts, deliver.get('waits')?.notBeforeMs], [1, 1_500]);
      assert.deepEqual(deliver.get('parked')?.parked, { code: 'FUNDS_SHORT', sentence: 'no gas' });
      assert.deepEqual(
        deliver.due(9).map(({ id }) => id),
        ['fresh'],
      );
      assert.equal(deliver.dueInMs(), 0);
    });
  });

  it('takes new work before failing work', async () => {
    await withTables(async (tables) => {
      const { deliver } = tables.queues;
      const writes = tables.writes('mint-endorse/endorsed');
      deliver.add(writes, 'failing', body, { attempts: 3 });
      deliver.add(writes, 'new', body);
      await writes.commit();
      assert.deepEqual(
        deliver.due(2).map(({ id }) => id),
        ['new', 'failing'],
      );
    });
  });

  it('brings a parked job back when it is roused', async () => {
    await withTables(async (tables) => {
      const { prove } = tables.queues;
      const writes = tables.writes('asset-feed/apply');
      prove.add(writes, 'a', { rightsId: `0x${'00'.repeat(32)}` });
      await writes.commit();
      const job = prove.get('a');
      assert.ok(job !== undefined);
      const parking = tables.writes('back-prove/park');
      prove.park(parking, job, new Fault('NOT_BACKABLE', 'no'));
      await parking.commit();
      assert.deepEqual(prove.due(), []);
      const rousing = tables.writes('asset-feed/apply');
      prove.rouse(rousing, 'a');
      await rousing.commit();
      assert.deepEqual(
        prove.due().map(({ id, attempts }) => ({ id, attempts })),
        [{ id: 'a', attempts: 0 }],
      );
    });
  });

  it('gives what failed another try at a start, and nothing that waits for its turn', async () => {
    await withTables(async (tables) => {
      const { prove } = tables.queues;
      const writes = tables.writes('start/rouse');
      prove.add(writes, 'failed', { rightsId: '0x01' }, { attempts: 9, notBeforeMs: 60_000 });
      prove.add(writes, 'turn', { rightsId: '0x02' }, { notBeforeMs: 60_000 });
      await writes.commit();
      assert.deepEqual(prove.due(2), []);
      const rousing = tables.writes('start/rouse');
      prove.rouseFailed(rousing);
      await rousing.commit();
      assert.deepEqual(
        prove.due(2).map(({ id }) => id),
        ['failed'],
      );
    });
  });

  it('is postponed, not parked, when it was roused during the run that failed', async () => {
    await withTables(async (tables) => {
      const { prove } = tables.queues;
      const writes = tables.writes('asset-feed/apply');
      prove.add(writes, 'a', { rightsId: `0x${'00'.repeat(32)}` }, { attempts: 1 });
      await writes.commit();
      const refused = new Fault('NOT_BACKABLE', 'no');
      const stage = (isRoused: boolean): Stage<Job<OfRecord>> =>
        queueStage({
          name: 'back-submit',
          queue: prove,
          tables,
          idleMs: 1,
          run: async () => {
            const rousing = tables.writes('asset-feed/apply');
            if (isRoused) prove.rouse(rousing, 'a');
            await rousing.commit();
            throw refused;
          },
          transferId: () => 'a',
        });
      const tools = { log: pino({ level: 'silent' }), metrics: new Metrics() };
      const { signal } = new AbortController();
      await takeTurn(stage(true), tools, signal);
      assert.deepEqual([prove.get('a')?.parked, prove.get('a')?.attempts], [undefined, 1]);
      await takeTurn({ ...stage(false), next: () => Promise.resolve(prove.get('a')) }, tools, signal);
      assert.equal(prove.get('a')?.parked?.code, 'NOT_BACKABLE');
    });
  });
});
