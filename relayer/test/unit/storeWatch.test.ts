import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { storeWatch } from '../../src/storeWatch.ts';
import { ApiNode, LANE } from '../fakes/apiNode.ts';

describe('the watch over the store', () => {
  it('measures its size, its rows and the lanes that are paused', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'twinspan-watch-'));
    await using node = await ApiNode.start();
    try {
      writeFileSync(join(directory, '000001.ldb'), 'a'.repeat(700));
      writeFileSync(join(directory, '000002.log'), 'a'.repeat(77));
      await node.crossed();
      await node.modules.pauses.pause(LANE, 'a test');
      const stage = storeWatch({ everyMs: 1_000, directory }, node.modules);
      await stage.run((await stage.next()) ?? assert.fail(), new AbortController().signal);
      assert.equal(await stage.next(), undefined);
      const { storeBytes, tableRows, paused } = node.modules.metrics.list;
      assert.equal((await storeBytes.get()).values[0]?.value, 777);
      assert.equal((await paused.get()).values[0]?.value, 1);
      const rows = new Map((await tableRows.get()).values.map(({ labels, value }) => [labels.table, value]));
      assert.deepEqual(
        ['epochs', 'contents', 'holds'].map((table) => rows.get(table)),
        [3, 3, 0],
      );
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
