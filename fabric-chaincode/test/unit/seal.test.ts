import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { assetChainIdOf, detailsHashOf, headerHashOf, termsHashOf, ZERO_WORD } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { AssetNetwork, assertNothingWritten, jsonOf, START } from '../fakes/assetNetwork.ts';
import {
  activeRecord,
  BRIDGE,
  CHAIN_ID,
  epochOf,
  headerBytes,
  laneWithRecord,
  lockAll,
  lockOf,
  openLane,
  RECIPIENT,
} from '../fakes/fixtures.ts';

let network: AssetNetwork;
let laneId: bigint;
let rightsId: Hex;
beforeEach(async () => {
  network = new AssetNetwork();
  ({ laneId, rightsId } = await laneWithRecord(network));
});

function seal(
  lockIds: readonly (string | undefined)[],
  rightsIds: readonly Hex[] = [],
): ReturnType<AssetNetwork['submit']> {
  return network.submit('CustodianMSP', 'seal', { laneId, lockIds, rightsIds });
}

describe('seal', () => {
  it('writes a header that commits to words and details', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 10n), lockOf(rightsId, 20n)]);
    const outcome = await seal(lockIds);
    assert.deepEqual(jsonOf(outcome), { epoch: '1', firstMessage: '0', messageCount: 2, stateCount: 1 });
    assert.deepEqual(outcome.event, { name: 'Sealed', ids: { laneId: laneId.toString(), epoch: '1' } });

    const { header, words, view } = await epochOf(network, laneId, 1n);
    assert.deepEqual(header, {
      assetChainId: assetChainIdOf({ networkId: 'twinspan-test', channel: 'assets', chaincode: 'rights' }),
      laneId,
      tradingChainId: CHAIN_ID,
      bridge: BRIDGE,
      epoch: 1n,
      previousHeader: ZERO_WORD,
      firstMessage: 0n,
      messageCount: 2,
      stateCount: 1,
      wordsHash: header.wordsHash,
      detailsHash: detailsHashOf(view.details),
      sealedAt: BigInt(START),
      releasedThrough: 0n,
    });
    const record = await network.query('AuditorMSP', 'record', { rightsId });
    assert.deepEqual(words.states, [
      {
        rightsId,
        status: 'ACTIVE',
        sealedUnits: 30n,
        releasedUnits: 0n,
        unitValue: 500n,
        valuedAt: 1_795_000_000,
        recordCommitment: record.commitment,
        termsHash: termsHashOf({ rightsId, decimals: 2, name: 'Household solar, Hubei', symbol: 'SOLHB' }),
      },
    ]);
    assert.equal(record.termsHash, words.states[0]?.termsHash);
    assert.deepEqual(words.messages, [
      { kind: 'MINT', slot: 0, recipient: RECIPIENT, units: 10n },
      { kind: 'MINT', slot: 0, recipient: RECIPIENT, units: 20n },
    ]);
    assert.deepEqual((view.details as { locks: object[] }).locks[1], {
      lockId: lockIds[1],
      rightsId,
      account: 'treasury',
      units: '20',
      reference: 'ref-1',
    });
  });

  it('chains headers and counts messages on', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 10n), lockOf(rightsId, 20n)]);
    await seal([lockIds[0]]);
    await seal([lockIds[1]]);
    const second = await epochOf(network, laneId, 2n);
    assert.equal(second.header.previousHeader, headerHashOf(await headerBytes(network, laneId, 1n)));
    assert.equal(second.header.firstMessage, 1n);
    assert.equal(second.words.states[0]?.sealedUnits, 30n);
    const supply = await network.query('AuditorMSP', 'supply', { laneId, rightsId });
    assert.deepEqual(supply, { rightsId, sealed: '30', released: '0' });
  });

  it('orders states by id and messages by slot, then as given', async () => {
    const ids = [
      rightsId,
      await activeRecord(network, 'CustodianMSP', 'HB-2'),
      await activeRecord(network, 'CustodianMSP', 'HB-3'),
    ];
    const descending = [...ids].sort().reverse();
    const lockIds = await lockAll(
      network,
      'CustodianMSP',
      laneId,
      descending.flatMap((id, i) => [lockOf(id, BigInt(10 + i)), lockOf(id, BigInt(20 + i))]),
    );
    await seal(lockIds);
    const { words, view } = await epochOf(network, laneId, 1n);
    assert.deepEqual(
      words.states.map((state) => state.rightsId),
      [...ids].sort(),
    );
    assert.deepEqual(
      words.messages.map(({ slot, units }) => [slot, units]),
      [
        [0, 12n],
        [0, 22n],
        [1, 11n],
        [1, 21n],
        [2, 10n],
        [2, 20n],
      ],
    );
    assert.deepEqual(
      (view.details as { locks: { lockId: string }[] }).locks.map(({ lockId }) => lockId),
      [4, 5, 2, 3, 0, 1].map((i) => lockIds[i]),
    );
    const traces = await network.query('AuditorMSP', 'locks', { batchId: String(lockIds[0]).split(':')[0] });
    assert.deepEqual(
      (traces.locks as { place: { message: string } }[]).map(({ place }) => place.message),
      ['4', '5', '2', '3', '0', '1'],
    );
  });

  it('takes part of a batch and later the rest', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 10n), lockOf(rightsId, 20n)]);
    await seal([lockIds[1]]);
    const pending = await network.query('AuditorMSP', 'pendingLocks', { laneId });
    assert.deepEqual(
      (pending.locks as { lockId: string }[]).map(({ lockId }) => lockId),
      [lockIds[0]],
    );
    await seal([lockIds[0]]);
    assert.deepEqual((await network.query('AuditorMSP', 'pendingLocks', { laneId })).locks, []);
  });

  it('seals a lock whose record was frozen meanwhile: the message will be held', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 10n)]);
    await network.submit('RegistryMSP', 'freeze', { rightsId, reason: 'court order' });
    await seal(lockIds);
    assert.equal((await epochOf(network, laneId, 1n)).words.states[0]?.status, 'FROZEN');
  });

  it('answers a repeated seal of the same locks and writes nothing', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 10n), lockOf(rightsId, 20n)]);
    const first = await seal(lockIds);
    const again = await network.propose('CustodianMSP', 'seal', { laneId, lockIds, rightsIds: [rightsId] });
    assert.deepEqual(again.payload, first.payload);
    assertNothingWritten(again);
  });

  it('refuses a lock that is sealed already, alone or with others', async () => {
    const lockIds = await lockAll(
      network,
      'CustodianMSP',
      laneId,
      [1n, 2n, 3n].map((units) => lockOf(rightsId, units)),
    );
    await seal(lockIds.slice(0, 2));
    for (const repeated of [[lockIds[0]], lockIds, [lockIds[2], lockIds[0]]]) {
      await network.refused('LOCK_SEALED', 'CustodianMSP', 'seal', { laneId, lockIds: repeated });
    }
  });

  it('refuses repeated, cancelled, unknown and foreign locks', async () => {
    const [first, second] = await lockAll(network, 'CustodianMSP', laneId, [
      lockOf(rightsId, 1n),
      lockOf(rightsId, 1n),
    ]);
    await network.submit('CustodianMSP', 'cancelLocks', { laneId, lockIds: [second] });
    await network.refused('BAD_REQUEST', 'CustodianMSP', 'seal', { laneId, lockIds: [first, first] });
    await network.refused('LOCK_UNKNOWN', 'CustodianMSP', 'seal', { laneId, lockIds: [first, second] });
    await network.refused('LOCK_UNKNOWN', 'CustodianMSP', 'seal', { laneId, lockIds: [`${'ab'.repeat(32)}:0`] });
    const other = await openLane(network, 'CustodianMSP', 1);
    await network.refused('LOCK_UNKNOWN', 'CustodianMSP', 'seal', { laneId: other, lockIds: [first] });
    await network.refused('FORBIDDEN', 'OtherMSP', 'seal', { laneId, lockIds: [first] });
    await network.refused('LANE_UNKNOWN', 'CustodianMSP', 'seal', { laneId: '1', lockIds: [first] });
  });

  it('takes 256 messages and refuses 257', async () => {
    const lockIds: string[] = [];
    for (const count of [100, 100, 57]) {
      const locks = Array.from({ length: count }, () => lockOf(rightsId, 1n));
      lockIds.push(...(await lockAll(network, 'CustodianMSP', laneId, locks)));
    }
    await network.refused('TOO_MANY', 'CustodianMSP', 'seal', { laneId, lockIds });
    await seal(lockIds.slice(0, 256));
    await seal(lockIds.slice(256));
    assert.equal((await epochOf(network, laneId, 2n)).header.firstMessage, 256n);
  });
});
