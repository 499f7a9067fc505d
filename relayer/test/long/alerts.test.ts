import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';

const promql = resolve(import.meta.dirname, '../../../ops/observability/promql');

describe('every alert', () => {
  it("fires when it should and is silent when it should be, by Prometheus' own engine", () => {
    const { status, stdout, stderr } = spawnSync('go', ['test', '-count=1', './...'], {
      cwd: promql,
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });
});
