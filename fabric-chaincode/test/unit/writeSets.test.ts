import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AssetNetwork } from '../fakes/assetNetwork.ts';
import type { Outcome } from '../fakes/assetNetwork.ts';
import { activeRecord, confidentialOf, lockAll, lockOf, openLane } from '../fakes/fixtures.ts';

/** Whether both could be committed in one block, in either order. */
function areIndependent(a: Outcome, b: Outcome): boolean {
  const isUntouchedBy = (key: string, { reads, writes }: Outcome): boolean => !reads.has(key) && !writes.has(key);
  return (
    [...a.writes.keys()].every((key) => isUntouchedBy(key, b)) &&
    [...b.writes.keys()].every((key) => isUntouchedBy(key, a))
  );
}

describe('write sets', () => {
  it('of two custodians never meet', async () => {
    const network = new AssetNetwork();
    const outcomes = new Map<string, Outcome[]>();
    for (const mspId of ['CustodianMSP', 'OtherMSP']) {
      const rightsId = await activeRecord(network, mspId, 'HB-1');
      const laneId = await openLane(network, mspId);
      const lockIds = await lockAll(network, mspId, laneId, [lockOf(rightsId, 1n), lockOf(rightsId, 2n)]);
      const transient = confidentialOf(mspId, 'HB-1', { rating: 9 });
      outcomes.set(mspId, [
        await network.propose(mspId, 'lock', { laneId, locks: [lockOf(rightsId, 1n)] }),
        await network.propose(mspId, 'cancelLocks', { laneId, lockIds }),
        await network.propose(mspId, 'seal', { laneId, lockIds }),
        await network.propose(mspId, 'value', { rightsId, unitValue: '7', valuedAt: 1_799_000_000 }),
        await network.propose(mspId, 'appraise', { rightsId }, { transient }),
      ]);
    }
    const [ours = [], theirs = []] = [...outcomes.values()];
    assert.equal(ours.length, 5);
    for (const a of ours) {
      assert.ok(a.status === 200 && a.writes.size > 0, a.message);
      for (const b of theirs)
        assert.ok(areIndependent(a, b), `${String(a.proposal.args[0])} ${String(b.proposal.args[0])}`);
    }
  });

  it('of one custodian’s locks of different holdings never meet', async () => {
    const network = new AssetNetwork();
    const laneId = await openLane(network, 'CustodianMSP');
    const first = await activeRecord(network, 'CustodianMSP', 'HB-1');
    const second = await activeRecord(network, 'CustodianMSP', 'HB-2', { account: 'reserve' });
    await lockAll(network, 'CustodianMSP', laneId, [lockOf(first, 1n)]);
    const locks = [lockOf(first, 1n), lockOf(second, 1n, { account: 'reserve' })];
    const outcomes = [];
    for (const lock of locks) outcomes.push(await network.propose('CustodianMSP', 'lock', { laneId, locks: [lock] }));
    const [a, b] = outcomes as [Outcome, Outcome];
    assert.equal(a.status, 200, a.message);
    assert.ok(areIndependent(a, b));
  });

  it('of a lock and a seal of earlier locks never meet', async () => {
    const network = new AssetNetwork();
    const laneId = await openLane(network, 'CustodianMSP');
    const rightsId = await activeRecord(network, 'CustodianMSP', 'HB-1');
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n)]);
    const lock = await network.propose('CustodianMSP', 'lock', { laneId, locks: [lockOf(rightsId, 1n)] });
    const seal = await network.propose('CustodianMSP', 'seal', { laneId, lockIds });
    assert.ok(areIndependent(lock, seal));
  });

  it('read each key once and stay few', async () => {
    const network = new AssetNetwork();
    const laneId = await openLane(network, 'CustodianMSP');
    const rightsId = await activeRecord(network, 'CustodianMSP', 'HB-1');
    const locks = Array.from({ length: 100 }, () => lockOf(rightsId, 1n));
    const outcome = await network.propose('CustodianMSP', 'lock', { laneId, locks });
    assert.deepEqual([outcome.readCount, outcome.reads.size, outcome.writes.size], [3, 3, 2]);
  });

  it('repeat when the same proposal runs again', async () => {
    const network = new AssetNetwork();
    const laneId = await openLane(network, 'CustodianMSP');
    const rightsId = await activeRecord(network, 'CustodianMSP', 'HB-1');
    const outcome = await network.propose('CustodianMSP', 'lock', { laneId, locks: [lockOf(rightsId, 1n)] });
    assert.deepEqual(await network.endorse(outcome.proposal), outcome);
  });
});
