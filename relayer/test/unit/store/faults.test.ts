import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { laneKey } from '../../../src/db/keys.ts';
import { openTables } from '../../../src/db/tables.ts';
import type { Tables } from '../../../src/db/tables.ts';
import { deleteCurrent, garbleManifest, garbleRow, truncateTables } from '../../fakes/damage.ts';
import { withDirectory } from '../../fakes/withDirectory.ts';

async function fill(directory: string, epochs: number): Promise<void> {
  const tables = await openTables(directory);
  const writes = tables.writes('mint-endorse/endorsed');
  for (let epoch = 1n; epoch <= epochs; epoch++) {
    const key = laneKey(1n, epoch);
    const words = `0x${'ab'.repeat(500)}` as const;
    writes.put(tables.bundles, key, { laneId: 1n, epoch, payload: words, endorsements: '0x', words });
    tables.queues.deliver.add(writes, key, { laneId: 1n, epoch });
  }
  await writes.commit();
  await tables.close();
}

async function read(tables: Tables): Promise<void> {
  try {
    for await (const [key] of tables.bundles.entries()) assert.ok(key !== '');
  } finally {
    await tables.close();
  }
}

describe('a store that cannot be used says so', () => {
  it('another process has it open', async () => {
    await withDirectory(async (directory) => {
      const program = `import { openTables } from '${import.meta.resolve('../../../src/db/tables.ts')}';
        await openTables(process.argv[1]); console.log('open'); setInterval(() => undefined, 1_000);`;
      const other = spawn(process.execPath, ['--input-type=module-typescript', '-e', program, directory], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(createInterface({ input: other.stdout }), 'line');
      await assert.rejects(openTables(directory), { code: 'STORE_LOCKED' });
      other.kill('SIGKILL');
      await once(other, 'exit');
      await (await openTables(directory)).close();
    });
  });

  it('a row is garbled: the table and the key are named, and what to do', async () => {
    await withDirectory(async (directory) => {
      await fill(directory, 3);
      const key = laneKey(1n, 2n);
      await garbleRow(directory, 'bundles', key, '{"laneId":"1"}');
      const tables = await openTables(directory);
      await assert.rejects(tables.bundles.get(key), isCorrupt(`bundles/${key}`));
      await assert.rejects(read(tables), isCorrupt(`bundles/${key}`));
    });
  });

  it('a row is not even JSON', async () => {
    await withDirectory(async (directory) => {
      await fill(directory, 3);
      const key = laneKey(1n, 2n);
      await garbleRow(directory, 'bundles', key, '{');
      const tables = await openTables(directory);
      await assert.rejects(tables.bundles.get(key), isCorrupt(`bundles/${key}`));
      await tables.close();
    });
  });

  it('a job is garbled: the node does not start', async () => {
    await withDirectory(async (directory) => {
      await fill(directory, 3);
      const key = laneKey(1n, 2n);
      await garbleRow(directory, 'jobs-mint-deliver', key, '{"id":7}');
      await assert.rejects(openTables(directory), isCorrupt(`jobs-mint-deliver/${key}`));
      // Its lock is gone with it.
      await assert.rejects(openTables(directory), isCorrupt(`jobs-mint-deliver/${key}`));
    });
  });

  it('a table file is cut short', async () => {
    await withDirectory(async (directory) => {
      await fill(directory, 400);
      await truncateTables(directory);
      await assert.rejects(async () => read(await openTables(directory)), isCorrupt(''));
    });
  });

  it('CURRENT is missing: nothing is deleted', async () => {
    await withDirectory(async (directory) => {
      await fill(directory, 3);
      deleteCurrent(directory);
      await assert.rejects(openTables(directory), isCorrupt('CURRENT'));
      await assert.rejects(openTables(directory), isCorrupt('CURRENT'));
    });
  });

  it('its manifest is garbled', async () => {
    await withDirectory(async (directory) => {
      await fill(directory, 3);
      garbleManifest(directory);
      await assert.rejects(openTables(directory), isCorrupt(''));
    });
  });
});

function isCorrupt(where: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Fault);
    assert.equal(error.code, 'STORE_CORRUPT');
    assert.ok(error.sentence.includes(where), error.sentence);
    assert.match(error.sentence, /`twinspan node rebuild`/);
    return true;
  };
}
