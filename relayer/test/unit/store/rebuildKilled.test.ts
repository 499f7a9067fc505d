import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { numberKey } from '../../../src/db/keys.ts';
import { rebuiltAt } from '../../../src/db/openStore.ts';
import { rebuildStore } from '../../../src/db/rebuild.ts';
import { openTables } from '../../../src/db/tables.ts';
import { withDirectory } from '../../fakes/withDirectory.ts';

const DYING = join(import.meta.dirname, '../../crash/dyingRebuild.ts');
const word = `0x${'11'.repeat(32)}` as const;
/** Lost, the node could sign another checkpoint of one of these blocks. */
const SIGNED = [4n, 5n, 6n];

async function fill(store: string): Promise<void> {
  const tables = await openTables(store);
  const writes = tables.writes('release-attest/signed');
  for (const blockNumber of SIGNED) {
    writes.put(tables.signed, numberKey(blockNumber), {
      blockNumber,
      blockHash: word,
      stateRoot: word,
      isFloor: false,
    });
  }
  writes.put(tables.pauses, numberKey(7n), { laneId: 7n, atMs: 1, reason: 'the operator said so' });
  await writes.commit();
  await tables.close();
}

async function requireAll(store: string): Promise<void> {
  const tables = await openTables(store);
  assert.equal((await tables.signed.keys({ limit: 10 })).length, SIGNED.length);
  assert.equal((await tables.pauses.keys({ limit: 10 })).length, 1);
  await tables.close();
}

describe('a rebuild that is killed', () => {
  for (const [when, hit] of [
    ['before', 1],
    ['after', 1],
    ['before', 2],
    ['after', 2],
  ] as const) {
    it(`${when} its ${hit}. write leaves the old store as it was, and can be done again`, async () => {
      await withDirectory(async (directory) => {
        const store = join(directory, 'store');
        await fill(store);
        const args = ['--disable-warning=ExperimentalWarning', DYING, store, when, String(hit)];
        const { signal, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
        assert.equal(signal, 'SIGKILL', stderr);
        await requireAll(store);
        await rebuildStore(store, '2');
        await requireAll(store);
        assert.deepEqual(readdirSync(directory).sort(), ['store', 'store.aside-2']);
      });
    });
  }

  it('with the old store out of the way is finished by whoever opens it', async () => {
    await withDirectory(async (directory) => {
      const store = join(directory, 'store');
      await fill(store);
      renameSync(store, rebuiltAt(store));
      await requireAll(store);
      assert.deepEqual(readdirSync(directory), ['store']);
    });
  });

  it('with the old store in its place counts for nothing once that is used again', async () => {
    await withDirectory(async (directory) => {
      const store = join(directory, 'store');
      await fill(rebuiltAt(store));
      await fill(store);
      await requireAll(store);
      assert.deepEqual(readdirSync(directory), ['store']);
    });
  });
});
