import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { rankOf } from '../../src/rank.ts';
import { SealTurns } from '../../src/mint/sealTurns.ts';

const LANE = 1n;
const NAMES = ['custodian-1', 'custodian-2'];

/** Of a node that is second in turn. */
function turnsOfSubstitute(): SealTurns {
  const node = NAMES.find((name) => rankOf(name, NAMES, `seal/${LANE}`) === 1) ?? assert.fail();
  return new SealTurns({ node, sealers: NAMES, sealDelayMs: 1_000 }, () => 0);
}

function standing(sealed: bigint): Parameters<SealTurns['seal']>[0] {
  return { laneId: LANE, custodian: 'CustodianMSP', sealed, delivered: 0n, progressedAtMs: 0 };
}

async function sealed(turns: SealTurns, epoch: bigint, meanwhile = (): void => undefined): Promise<void> {
  await turns.seal(standing(epoch - 1n), async () => {
    meanwhile();
    return await Promise.resolve({ result: { epoch } });
  });
}

describe('who has an epoch endorsed at once', () => {
  it('is the node that sealed it, also when it is another node otherwise', async () => {
    const turns = turnsOfSubstitute();
    for (const epoch of [2n, 3n, 6n]) await sealed(turns, epoch);
    const ranks = [3n, 4n, 5n, 6n, 7n].map((epoch) => turns.endorseRank(LANE, epoch));
    assert.deepEqual(ranks, [1, 1, 1, 0, 1]);
    await sealed(turns, 7n);
    assert.deepEqual([turns.endorseRank(LANE, 6n), turns.endorseRank(LANE, 7n)], [0, 0]);
  });

  it('also while the answer to its seal is not here yet, and no longer when that failed', async () => {
    const turns = turnsOfSubstitute();
    const ranks: number[] = [];
    await sealed(turns, 1n, () => ranks.push(turns.endorseRank(LANE, 1n)));
    const refused = turns.seal(standing(1n), () => Promise.reject(new Fault('LOCK_SEALED', 'another was faster')));
    ranks.push(turns.endorseRank(LANE, 2n));
    await assert.rejects(refused, { code: 'LOCK_SEALED' });
    ranks.push(turns.endorseRank(LANE, 2n), turns.endorseRank(LANE, 1n));
    assert.deepEqual(ranks, [0, 0, 1, 0]);
  });
});
