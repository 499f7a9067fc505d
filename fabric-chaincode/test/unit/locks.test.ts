import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Hex } from '@twinspan/protocol';
import { rightsIdOf } from '@twinspan/protocol';
import { AssetNetwork, assertNothingWritten, jsonOf } from '../fakes/assetNetwork.ts';
import {
  activeRecord,
  BRIDGE,
  CHAIN_ID,
  holdingOf,
  laneOf,
  laneWithRecord,
  lockAll,
  lockOf,
  openLane,
  registered,
} from '../fakes/fixtures.ts';

let network: AssetNetwork;
let laneId: bigint;
let rightsId: Hex;
beforeEach(async () => {
  network = new AssetNetwork();
  ({ laneId, rightsId } = await laneWithRecord(network));
});

const zeroAddress: Hex = `0x${'00'.repeat(20)}`;
const someLockId = `${'ab'.repeat(32)}:0`;

describe('openLane', () => {
  it('derives the id from custodian, chain, bridge and ordinal', async () => {
    assert.equal(laneId, laneOf('CustodianMSP'));
    const other = await network.submit('OtherMSP', 'openLane', {
      tradingChainId: CHAIN_ID,
      bridge: BRIDGE,
      ordinal: 0,
    });
    assert.deepEqual(jsonOf(other), { laneId: laneOf('OtherMSP').toString() });
    assert.deepEqual(other.event, { name: 'LaneOpened', ids: { laneId: laneOf('OtherMSP').toString() } });
  });

  it('answers a repeated opening and writes nothing', async () => {
    const args = { tradingChainId: CHAIN_ID, bridge: BRIDGE, ordinal: 0 };
    const again = await network.propose('CustodianMSP', 'openLane', args);
    assert.deepEqual(jsonOf(again), { laneId: laneId.toString() });
    assertNothingWritten(again);
  });

  it('refuses zero, malformed and too wide values', async () => {
    const args = { tradingChainId: CHAIN_ID, bridge: BRIDGE, ordinal: 0 };
    for (const changes of [
      { tradingChainId: '0' },
      { tradingChainId: (1n << 64n).toString() },
      { bridge: zeroAddress },
      { bridge: BRIDGE.toUpperCase() },
      { ordinal: 65_536 },
      { ordinal: -1 },
    ]) {
      await network.refused('BAD_REQUEST', 'CustodianMSP', 'openLane', { ...args, ...changes });
    }
  });
});

describe('lock', () => {
  it('takes units from holdings and keeps the whole batch under one key', async () => {
    const locks = [lockOf(rightsId, 10n), lockOf(rightsId, 20n, { reference: '' })];
    const outcome = await network.submit('CustodianMSP', 'lock', { laneId, locks });
    const batchId = outcome.proposal.txId;
    assert.deepEqual(jsonOf(outcome), { batchId, lockIds: [`${batchId}:0`, `${batchId}:1`] });
    assert.deepEqual(outcome.event, { name: 'Locked', ids: { laneId: laneId.toString(), batchId, count: 2 } });
    assert.equal(outcome.writes.size, 2);
    assert.equal(await holdingOf(network, rightsId, 'treasury'), 970n);
  });

  it('adds up locks of the same holding before it compares', async () => {
    const locks = [lockOf(rightsId, 600n), lockOf(rightsId, 400n)];
    await network.submit('CustodianMSP', 'lock', { laneId, locks });
    assert.equal(await holdingOf(network, rightsId, 'treasury'), 0n);
    await network.refused('HOLDING_SHORT', 'CustodianMSP', 'lock', { laneId, locks: [lockOf(rightsId, 1n)] });
  });

  it('locks all or nothing', async () => {
    const locks = [lockOf(rightsId, 600n), lockOf(rightsId, 401n)];
    await network.refused('HOLDING_SHORT', 'CustodianMSP', 'lock', { laneId, locks });
    await network.refused('HOLDING_SHORT', 'CustodianMSP', 'lock', {
      laneId,
      locks: [lockOf(rightsId, 1n), lockOf(rightsId, 1n, { account: 'nobody' })],
    });
  });

  it('takes 100 locks and refuses none or 101', async () => {
    const locks = Array.from({ length: 100 }, () => lockOf(rightsId, 1n));
    await network.submit('CustodianMSP', 'lock', { laneId, locks });
    await network.refused('TOO_MANY', 'CustodianMSP', 'lock', { laneId, locks: [...locks, lockOf(rightsId, 1n)] });
    await network.refused('BAD_REQUEST', 'CustodianMSP', 'lock', { laneId, locks: [] });
  });

  it('refuses units of zero or above 80 bits', async () => {
    for (const units of [0n, 1n << 80n, (1n << 200n) - 1n]) {
      await network.refused('UNITS_RANGE', 'CustodianMSP', 'lock', { laneId, locks: [lockOf(rightsId, units)] });
    }
    const largest = (1n << 80n) - 1n;
    await network.refused('HOLDING_SHORT', 'CustodianMSP', 'lock', { laneId, locks: [lockOf(rightsId, largest)] });
  });

  it('refuses malformed accounts, recipients, references and the zero recipient', async () => {
    for (const changes of [
      { account: 'UPPER' },
      { account: '' },
      { account: 'x'.repeat(32) },
      { recipient: zeroAddress },
      { recipient: '0x12' },
      { reference: 'x'.repeat(65) },
      { reference: 'a\u0000b' },
      { units: '1.0' },
    ]) {
      await network.refused('BAD_REQUEST', 'CustodianMSP', 'lock', { laneId, locks: [lockOf(rightsId, 1n, changes)] });
    }
  });

  it('refuses records that are unknown, not confirmed, frozen or revoked', async () => {
    await registered(network, 'CustodianMSP', 'HB-2');
    const waiting = rightsIdOf('CustodianMSP', 'HB-2');
    const lockIt = { laneId, locks: [lockOf(rightsId, 1n)] };
    await network.refused('RECORD_NOT_ACTIVE', 'CustodianMSP', 'lock', { laneId, locks: [lockOf(waiting, 1n)] });
    const unknown = rightsIdOf('CustodianMSP', 'none');
    await network.refused('RECORD_UNKNOWN', 'CustodianMSP', 'lock', { laneId, locks: [lockOf(unknown, 1n)] });
    await network.submit('RegistryMSP', 'freeze', { rightsId, reason: 'court order' });
    await network.refused('RECORD_NOT_ACTIVE', 'CustodianMSP', 'lock', lockIt);
    await network.submit('RegistryMSP', 'revoke', { rightsId, reason: 'fraud' });
    await network.refused('RECORD_NOT_ACTIVE', 'CustodianMSP', 'lock', lockIt);
  });

  it("refuses another custodian's lane or record", async () => {
    const theirs = await activeRecord(network, 'OtherMSP', 'HB-1');
    await network.refused('FORBIDDEN', 'OtherMSP', 'lock', { laneId, locks: [lockOf(theirs, 1n)] });
    await network.refused('FORBIDDEN', 'CustodianMSP', 'lock', { laneId, locks: [lockOf(theirs, 1n)] });
    const args = { laneId: laneOf('CustodianMSP', 9), locks: [lockOf(rightsId, 1n)] };
    await network.refused('LANE_UNKNOWN', 'CustodianMSP', 'lock', args);
  });
});

describe('cancelLocks', () => {
  it('gives the units back and settles the batch with its last lock', async () => {
    const [first, second] = await lockAll(network, 'CustodianMSP', laneId, [
      lockOf(rightsId, 10n),
      lockOf(rightsId, 20n),
    ]);
    const outcome = await network.submit('CustodianMSP', 'cancelLocks', { laneId, lockIds: [first] });
    assert.deepEqual(outcome.event, { name: 'LocksCancelled', ids: { laneId: laneId.toString(), count: 1 } });
    assert.equal(await holdingOf(network, rightsId, 'treasury'), 980n);
    const pending = await network.query('AuditorMSP', 'pendingLocks', { laneId });
    assert.deepEqual(
      (pending.locks as { lockId: string }[]).map(({ lockId }) => lockId),
      [second],
    );

    await network.submit('CustodianMSP', 'cancelLocks', { laneId, lockIds: [second] });
    assert.equal(await holdingOf(network, rightsId, 'treasury'), 1000n);
    assert.deepEqual((await network.query('AuditorMSP', 'pendingLocks', { laneId })).locks, []);
    const batchId = second?.split(':')[0];
    const { locks } = await network.query('AuditorMSP', 'locks', { batchId });
    assert.deepEqual(
      (locks as { place: object }[]).map(({ place }) => place),
      [{ state: 'cancelled' }, { state: 'cancelled' }],
    );
  });

  it('passes over what is cancelled already, also within one call', async () => {
    const [lockId] = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 10n)]);
    const outcome = await network.submit('CustodianMSP', 'cancelLocks', { laneId, lockIds: [lockId, lockId] });
    assert.deepEqual(jsonOf(outcome), { laneId: laneId.toString(), lockIds: [lockId, lockId] });
    assert.equal(await holdingOf(network, rightsId, 'treasury'), 1000n);
    assertNothingWritten(await network.propose('CustodianMSP', 'cancelLocks', { laneId, lockIds: [lockId] }));
  });

  it('works while the record is frozen or revoked', async () => {
    const [lockId] = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 10n)]);
    await network.submit('RegistryMSP', 'revoke', { rightsId, reason: 'fraud' });
    await network.submit('CustodianMSP', 'cancelLocks', { laneId, lockIds: [lockId] });
    assert.equal(await holdingOf(network, rightsId, 'treasury'), 1000n);
  });

  it('refuses a sealed lock and with it the whole call', async () => {
    const [first, second] = await lockAll(network, 'CustodianMSP', laneId, [
      lockOf(rightsId, 10n),
      lockOf(rightsId, 20n),
    ]);
    await network.submit('CustodianMSP', 'seal', { laneId, lockIds: [second] });
    await network.refused('LOCK_SEALED', 'CustodianMSP', 'cancelLocks', { laneId, lockIds: [first, second] });
  });

  it('refuses unknown locks, other lanes and other custodians', async () => {
    const [lockId] = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 10n)]);
    const beyond = `${String(lockId).split(':')[0]}:1`;
    const second = await openLane(network, 'CustodianMSP', 1);
    await network.refused('LOCK_UNKNOWN', 'CustodianMSP', 'cancelLocks', { laneId, lockIds: [someLockId] });
    await network.refused('LOCK_UNKNOWN', 'CustodianMSP', 'cancelLocks', { laneId, lockIds: [beyond] });
    await network.refused('LOCK_UNKNOWN', 'CustodianMSP', 'cancelLocks', { laneId: second, lockIds: [lockId] });
    await network.submit('CustodianMSP', 'seal', { laneId, lockIds: [lockId] });
    await network.refused('LOCK_UNKNOWN', 'CustodianMSP', 'cancelLocks', { laneId: second, lockIds: [lockId] });
    await network.refused('LOCK_UNKNOWN', 'CustodianMSP', 'seal', { laneId: second, lockIds: [lockId] });
    await network.refused('FORBIDDEN', 'OtherMSP', 'cancelLocks', { laneId, lockIds: [lockId] });
    await network.refused('LANE_UNKNOWN', 'CustodianMSP', 'cancelLocks', { laneId: '1', lockIds: [lockId] });
    await network.refused('BAD_REQUEST', 'CustodianMSP', 'cancelLocks', { laneId, lockIds: ['nonsense'] });
    await network.refused('BAD_REQUEST', 'CustodianMSP', 'cancelLocks', { laneId, lockIds: [] });
    const many = Array.from({ length: 257 }, () => lockId);
    await network.refused('TOO_MANY', 'CustodianMSP', 'cancelLocks', { laneId, lockIds: many });
  });
});
