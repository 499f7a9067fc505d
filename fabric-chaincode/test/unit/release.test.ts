import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { outboxEntryHashOf, rightsIdOf } from '@twinspan/protocol';
import type { Hex, OutboxEntry } from '@twinspan/protocol';
import { assertNothingWritten, jsonOf } from '../fakes/assetNetwork.ts';
import { activeRecord, holdingOf, lockAll, lockOf } from '../fakes/fixtures.ts';
import { ReleaseScene } from '../fakes/releaseScene.ts';

let scene: ReleaseScene;
beforeEach(async () => {
  scene = await ReleaseScene.prepare();
});

const held = (account: string): Promise<bigint> => holdingOf(scene.network, scene.rightsId, account);

describe('release', () => {
  it('credits a redemption to its account and counts it', async () => {
    const { network, laneId, rightsId } = scene;
    const entries = [scene.redeem(0n, 40n), scene.redeem(1n, 2n, 'bob')];
    scene.chain.append(laneId, entries);
    const outcome = await network.submit('CustodianMSP', 'release', await scene.args(entries));
    assert.deepEqual(jsonOf(outcome), { applied: 2, releasedThrough: '2' });
    assert.deepEqual(outcome.event, { name: 'Released', ids: { laneId: laneId.toString(), releasedThrough: '2' } });
    assert.equal(await held('alice'), 40n);
    assert.equal(await held('bob'), 2n);
    const supply = await network.query('AuditorMSP', 'supply', { laneId, rightsId });
    assert.deepEqual(supply, { rightsId, sealed: '600', released: '42' });
    assert.equal((await network.query('AuditorMSP', 'laneOutbox', { laneId })).releasedThrough, '2');
  });

  it('credits a bounce to the account that the message was locked from', async () => {
    await scene.seal([5n, 7n]);
    await scene.appendAndRelease([scene.bounce(0n, 7n, 4n), scene.bounce(1n, 100n, 0n)]);
    assert.equal(await held('treasury'), 1000n - 612n + 107n);
  });

  it('finds the epoch of a message across blocks of 256', async () => {
    for (const count of [90, 90, 90]) await scene.seal(Array.from({ length: count }, () => 1n));
    const messages = [0n, 2n, 3n, 92n, 93n, 182n, 183n, 255n, 256n, 272n];
    const entries = messages.map((message, i) =>
      scene.bounce(BigInt(i), message < 3n ? 100n * (message + 1n) : 1n, message),
    );
    assert.equal((await scene.appendAndRelease(entries)).applied, 10);
    assert.equal(await held('treasury'), 1000n - 870n + 408n);
  });

  it('credits `unclaimed` when the target is no account', async () => {
    const targets: Hex[] = [`0x${'ff'.repeat(32)}`, `0x${'00'.repeat(32)}`, `0x41${'00'.repeat(31)}`];
    await scene.appendAndRelease(targets.map((target, i) => ({ ...scene.redeem(BigInt(i), 1n), target })));
    assert.equal(await held('unclaimed'), 3n);
  });

  it('passes over what is applied: the same release twice changes nothing', async () => {
    const entries = [scene.redeem(0n, 40n)];
    scene.chain.append(scene.laneId, entries);
    const args = await scene.args(entries);
    await scene.network.submit('AuditorMSP', 'release', args);
    const again = await scene.network.propose('CustodianMSP', 'release', args);
    assert.deepEqual(jsonOf(again), { applied: 0, releasedThrough: '1' });
    assertNothingWritten(again);
  });

  it('applies the rest of an overlapping release', async () => {
    const entries = [scene.redeem(0n, 40n), scene.redeem(1n, 2n), scene.redeem(2n, 3n)];
    await scene.appendAndRelease(entries.slice(0, 2));
    scene.chain.append(scene.laneId, entries.slice(2));
    const [first, second, third] = entries as [OutboxEntry, OutboxEntry, OutboxEntry];
    await scene.refuse('OUTBOX_MISMATCH', [second, first, third]);
    assert.deepEqual(await scene.release(entries), { applied: 1, releasedThrough: '3' });
    assert.equal(await held('alice'), 45n);
  });

  it('works off a backlog of which only the newest head can be proven', async () => {
    const entries = [scene.redeem(0n, 1n), scene.redeem(1n, 2n), scene.redeem(2n, 4n)];
    scene.chain.append(scene.laneId, entries);
    const following = entries.slice(1).map(outboxEntryHashOf);
    assert.deepEqual(await scene.release(entries.slice(0, 1), { following }), { applied: 1, releasedThrough: '1' });
    await scene.refuse('OUTBOX_MISMATCH', entries.slice(1, 2), { following });
    assert.deepEqual(await scene.release(entries.slice(1)), { applied: 2, releasedThrough: '3' });
  });

  it('takes 1,024 entries', async () => {
    const entries = Array.from({ length: 1024 }, (_, i) => scene.redeem(BigInt(i), i % 2 === 0 ? 1n : 0n));
    assert.deepEqual(await scene.appendAndRelease(entries), { applied: 1024, releasedThrough: '1024' });
    assert.equal(await held('alice'), 512n);
  });

  it('credits units of a record that is revoked', async () => {
    await scene.network.submit('RegistryMSP', 'revoke', { rightsId: scene.rightsId, reason: 'fraud' });
    assert.equal((await scene.appendAndRelease([scene.bounce(0n, 100n, 0n)])).applied, 1);
  });

  it('shows in the next header', async () => {
    const { network, laneId, rightsId } = scene;
    await scene.appendAndRelease([scene.redeem(0n, 40n)]);
    await network.submit('CustodianMSP', 'seal', { laneId, lockIds: [], rightsIds: [rightsId] });
    const header = (await network.propose('AuditorMSP', 'readEpoch', { laneId, epoch: '2' })).payload;
    assert.equal(header.readBigUInt64BE(196), 1n);
  });
});

describe('release refuses a wrong outbox', () => {
  let first: OutboxEntry;
  let second: OutboxEntry;
  let third: OutboxEntry;
  beforeEach(() => {
    [first, second, third] = [scene.redeem(0n, 10n), scene.redeem(1n, 20n), scene.redeem(2n, 30n)];
    scene.chain.append(scene.laneId, [first, second, third]);
  });

  it('with an entry changed', async () => {
    const changes: Partial<OutboxEntry>[] = [
      { units: 21n },
      { units: 0n },
      { units: (1n << 80n) - 1n },
      { target: scene.redeem(0n, 1n, 'mallory').target },
      { kind: 'BOUNCE' },
      { rightsId: rightsIdOf('CustodianMSP', 'HB-2') },
    ];
    for (const change of changes) await scene.refuse('OUTBOX_MISMATCH', [first, { ...second, ...change }, third]);
    await scene.refuse('UNITS_RANGE', [first, { ...second, units: 1n << 80n }, third]);
  });

  it('with an entry dropped', async () => {
    await scene.refuse('OUTBOX_MISMATCH', [first, second]);
    await scene.refuse('OUTBOX_MISMATCH', [second, third]);
    await scene.refuse('OUTBOX_MISMATCH', [first, third]);
    await scene.refuse('OUTBOX_MISMATCH', [first, { ...third, index: 1n }]);
  });

  it('with an entry added', async () => {
    await scene.refuse('OUTBOX_MISMATCH', [first, second, third, scene.redeem(3n, 1n)]);
  });

  it('with entries reordered', async () => {
    await scene.refuse('OUTBOX_MISMATCH', [second, first, third]);
    await scene.refuse('OUTBOX_MISMATCH', [{ ...second, index: 0n }, { ...first, index: 1n }, third]);
  });

  it('with hashes of following entries changed, added or in place of nothing', async () => {
    const [secondHash, thirdHash] = [outboxEntryHashOf(second), outboxEntryHashOf(third)];
    for (const following of [[thirdHash, secondHash], [secondHash], [secondHash, thirdHash, thirdHash]]) {
      await scene.refuse('OUTBOX_MISMATCH', [first], { following });
    }
    await scene.refuse('TOO_MANY', [first], { following: Array.from({ length: 8193 }, () => secondHash) });
  });

  it('that is empty or over 1,024 entries', async () => {
    await scene.refuse('BAD_REQUEST', []);
    await scene.refuse(
      'TOO_MANY',
      Array.from({ length: 1025 }, (_, i) => scene.redeem(BigInt(i), 1n)),
    );
  });
});

describe('release refuses what the lane never sealed', () => {
  it('more units than are out, alone or in sum', async () => {
    scene.chain.append(scene.laneId, [scene.redeem(0n, 600n), scene.redeem(1n, 1n)]);
    await scene.refuse('RELEASE_EXCEEDS_SEALED', [scene.redeem(0n, 600n), scene.redeem(1n, 1n)]);
  });

  it('units of a record that the lane has not', async () => {
    const entry = { ...scene.redeem(0n, 0n), rightsId: rightsIdOf('OtherMSP', 'HB-1') };
    scene.chain.append(scene.laneId, [entry]);
    await scene.refuse('RELEASE_EXCEEDS_SEALED', [entry]);
  });

  it('a bounce of no message, of other units or of another record', async () => {
    const { network, rightsId, laneId } = scene;
    const second = await activeRecord(network, 'CustodianMSP', 'HB-2');
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(second, 100n)]);
    await network.submit('CustodianMSP', 'seal', { laneId, lockIds });
    const foreign = { ...scene.bounce(0n, 100n, 0n), rightsId: second };
    scene.chain.append(laneId, [foreign]);
    await scene.refuse('OUTBOX_MISMATCH', [foreign]);

    const wrong = [scene.bounce(0n, 100n, 3n), scene.bounce(0n, 101n, 0n), scene.bounce(0n, 100n, 1n << 64n)];
    for (const entry of wrong) {
      const other = await ReleaseScene.prepare();
      other.chain.append(other.laneId, [entry]);
      await other.refuse('OUTBOX_MISMATCH', [entry]);
    }
    assert.deepEqual(await network.query('AuditorMSP', 'supply', { laneId, rightsId }), {
      rightsId,
      sealed: '600',
      released: '0',
    });
  });
});

describe('release window', () => {
  const HOUR = 3600;

  beforeEach(async () => {
    scene = await ReleaseScene.prepare({ windowLimit: '100' });
  });

  it('stops at the first entry over the limit and lets it wait with all behind it', async () => {
    const entries = [scene.redeem(0n, 60n), scene.redeem(1n, 50n), scene.redeem(2n, 1n)];
    const waiting = { index: '1', rightsId: scene.rightsId, code: 'RELEASE_LIMIT' };
    assert.deepEqual(await scene.appendAndRelease(entries), { applied: 1, releasedThrough: '1', waiting });
    assert.equal(await held('alice'), 60n);

    const again = await scene.network.propose('AuditorMSP', 'release', await scene.args(entries.slice(1)));
    assert.deepEqual(jsonOf(again), { applied: 0, releasedThrough: '1', waiting });
    assertNothingWritten(again);
  });

  it('opens again after 24 hours, not before', async () => {
    const entries = [scene.redeem(0n, 60n), scene.redeem(1n, 50n)];
    await scene.appendAndRelease(entries);
    scene.network.now += 24 * HOUR;
    assert.equal((await scene.release(entries.slice(1))).applied, 0);
    scene.network.now += HOUR;
    assert.equal((await scene.release(entries.slice(1))).applied, 1);
  });

  it('counts hours apart, so that units fall out one hour after the other', async () => {
    const entries = [scene.redeem(0n, 60n), scene.redeem(1n, 40n), scene.redeem(2n, 60n), scene.redeem(3n, 1n)];
    await scene.appendAndRelease(entries.slice(0, 1));
    scene.network.now += 2 * HOUR;
    scene.chain.append(scene.laneId, entries.slice(1));
    assert.equal((await scene.release(entries)).releasedThrough, '2');
    scene.network.now += 23 * HOUR;
    assert.equal((await scene.release(entries)).releasedThrough, '3');
    scene.network.now += 2 * HOUR;
    assert.equal((await scene.release(entries)).releasedThrough, '4');
  });

  it('lets a higher limit through at once', async () => {
    const { network, rightsId } = scene;
    const entries = [scene.redeem(0n, 60n), scene.redeem(1n, 50n)];
    await scene.appendAndRelease(entries);
    const { commitment } = await network.query('AuditorMSP', 'record', { rightsId });
    await network.submit('RegistryMSP', 'confirm', { rightsId, commitment, windowLimit: '110' });
    assert.equal((await scene.release(entries)).releasedThrough, '2');
  });

  it('cannot be stretched by a timestamp that the client chose', async () => {
    scene.network.skew = 0;
    const entries = [scene.redeem(0n, 60n)];
    scene.chain.append(scene.laneId, entries);
    const args = await scene.args(entries);
    for (const late of [-61, 11, 25 * HOUR]) {
      await scene.network.refused('CLOCK_SKEW', 'AuditorMSP', 'release', args, { late });
    }
  });
});
