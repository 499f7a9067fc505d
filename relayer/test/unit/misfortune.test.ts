import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { rebuildStore } from '../../src/db/rebuild.ts';
import { openTables } from '../../src/db/tables.ts';
import { Crossing } from '../crash/crossing.ts';
import type { Ledgers } from '../crash/crossing.ts';
import { NODES } from '../crash/nodeConfig.ts';
import type { NodeName } from '../crash/nodeConfig.ts';
import { scenario } from '../crash/scenario.ts';
import { deleteCurrent, garbleRow } from '../fakes/damage.ts';

/** Runs the scenario with something befalling it. */
async function ledgersAfter(befall?: (crossing: Crossing) => Promise<void> | void): Promise<Ledgers> {
  const crossing = await Crossing.open();
  try {
    await scenario(crossing, async () => {
      await befall?.(crossing);
    });
    await crossing.blocks(12);
    return await crossing.ledgers();
  } finally {
    await crossing.close();
  }
}

const MINUTES = 60_000;

describe('both directions and the backings end in the same ledgers', () => {
  let undisturbed: Ledgers;

  before(async () => {
    undisturbed = await ledgersAfter();
  });

  it('when every store is broken, set aside and begun anew from the chains alone', async () => {
    const ledgers = await ledgersAfter(async (crossing) => {
      for (const node of NODES) {
        await crossing.whileDown(node, async (store) => {
          if (node === 'auditor') deleteCurrent(store);
          else await garbleRow(store, 'jobs-mint-confirm', 'a', '{}');
          await assert.rejects(openTables(store), { code: 'STORE_CORRUPT' });
          await rebuildStore(store, 'test');
        });
        await crossing.blocks(1);
      }
    });
    assert.deepEqual(ledgers, undisturbed);
  });

  it('when clocks are ten minutes off, jump and go back', async () => {
    const jumps = [0, 10, -10, 3, -10, 10];
    const ledgers = await ledgersAfter((crossing) => {
      const skews: Readonly<Record<NodeName, () => number>> = {
        custodian: () => 10 * MINUTES,
        auditor: () => -10 * MINUTES,
        carrier: () => (jumps[Math.floor(crossing.nowMs / 1_000) % jumps.length] ?? 0) * MINUTES,
      };
      crossing.skewMs = (node) => skews[node]();
    });
    assert.deepEqual(ledgers, undisturbed);
  });
});
