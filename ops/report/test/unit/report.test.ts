import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatTable, reportSchema, supplyRow } from '../../src/index.ts';

const rightsId = `0x00${'ab'.repeat(31)}`;

describe('supplyRow', () => {
  it('is balanced when every sealed unit is accounted for', () => {
    const row = supplyRow({ rightsId, sealed: 100n, released: 10n, minted: 70n, held: 15n, outboxPending: 5n });
    assert.equal(row.difference, 0);
  });

  it('shows a unit minted without a lock as a negative difference', () => {
    const row = supplyRow({ rightsId, sealed: 100n, released: 0n, minted: 101n, held: 0n, outboxPending: 0n });
    assert.equal(row.difference, -1);
  });
});

describe('reportSchema', () => {
  const report = {
    kind: 'demo',
    ok: true,
    versions: { node: '24' },
    machine: { cpu: 'x', cores: 2, memoryGiB: 24, platform: 'linux-x64' },
    steps: [{ name: 'lock', ok: true, seconds: 1, facts: { block: 3 } }],
    supply: [supplyRow({ rightsId, sealed: 1n, released: 0n, minted: 1n, held: 0n, outboxPending: 0n })],
    measures: { 'seconds.demo.warm': { value: 1, unit: 'seconds' } },
  };

  it('accepts a whole report', () => {
    assert.equal(reportSchema.parse(report).kind, 'demo');
  });

  it('refuses an unknown key, an id in upper case and a figure that is not an integer', () => {
    assert.equal(reportSchema.safeParse({ ...report, extra: 1 }).success, false);
    const [row] = report.supply;
    assert.equal(reportSchema.safeParse({ ...report, supply: [{ ...row, rightsId: 'AB' }] }).success, false);
    assert.equal(
      reportSchema.safeParse({ ...report, supply: [{ ...row, assetChain: { sealed: '1.5', released: '0' } }] }).success,
      false,
    );
  });
});

describe('formatTable', () => {
  it('aligns figures right and words left', () => {
    const lines = formatTable(
      ['name', 'gas'],
      [
        ['a', '5'],
        ['long name', '1,234'],
      ],
    );
    assert.deepEqual(lines, ['name         gas', '─────────  ─────', 'a              5', 'long name  1,234']);
  });
});
