import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
  assetChainIdOf,
  decodeHeader,
  decodeWordsOf,
  detailsHashOf,
  headerHashOf,
  rightsIdOf,
  termsHashOf,
  ZERO_WORD,
} from '@twinspan/protocol';
import type { EpochHeader, EpochWords, Hex } from '@twinspan/protocol';
import { AssetNetwork, assertNothingWritten, jsonOf, START } from '../fakes/assetNetwork.ts';
import {
  activeRecord,
  BRIDGE,
  CHAIN_ID,
  laneWithRecord,
  lockAll,
  lockOf,
  openLane,
  RECIPIENT,
  registered,
} from '../fakes/fixtures.ts';

let network: AssetNetwork;
let laneId: bigint;
let rightsId: Hex;
beforeEach(async () => {
  network = new AssetNetwork();
  ({ laneId, rightsId } = await laneWithRecord(network));
});

async function headerBytes(epoch: bigint): Promise<Buffer> {
  const outcome = await network.propose('AuditorMSP', 'readEpoch', { laneId, epoch });
  assert.equal(outcome.status, 200, outcome.message);
  assertNothingWritten(outcome);
  return outcome.payload;
}

async function epochOf(
  epoch: bigint,
): Promise<{ header: EpochHeader; words: EpochWords; view: Record<string, unknown> }> {
  const header = decodeHeader(await headerBytes(epoch));
  const view = await network.query('AuditorMSP', 'epoch', { laneId, epoch });
  return { header, words: decodeWordsOf(header, Buffer.from(String(view['words']).slice(2), 'hex')), view };
}

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

    const { header, words, view } = await epochOf(1n);
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
      detailsHash: detailsHashOf(view['details']),
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
        recordCommitment: record['commitment'],
        termsHash: termsHashOf({ rightsId, decimals: 2, name: 'Household solar, Hubei', symbol: 'SOLHB' }),
      },
    ]);
    assert.equal(record['termsHash'], words.states[0]?.termsHash);
    assert.deepEqual(words.messages, [
      { kind: 'MINT', slot: 0, recipient: RECIPIENT, units: 10n },
      { kind: 'MINT', slot: 0, recipient: RECIPIENT, units: 20n },
    ]);
    assert.deepEqual((view['details'] as { locks: object[] }).locks[1], {
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
    const second = await epochOf(2n);
    assert.equal(second.header.previousHeader, headerHashOf(await headerBytes(1n)));
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
    const { words, view } = await epochOf(1n);
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
      (view['details'] as { locks: { lockId: string }[] }).locks.map(({ lockId }) => lockId),
      [4, 5, 2, 3, 0, 1].map((i) => lockIds[i]),
    );
    const traces = await network.query('AuditorMSP', 'locks', { batchId: String(lockIds[0]).split(':')[0] });
    assert.deepEqual(
      (traces['locks'] as { place: { message: string } }[]).map(({ place }) => place.message),
      ['4', '5', '2', '3', '0', '1'],
    );
  });

  it('takes part of a batch and later the rest', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 10n), lockOf(rightsId, 20n)]);
    await seal([lockIds[1]]);
    const pending = await network.query('AuditorMSP', 'pendingLocks', { laneId });
    assert.deepEqual(
      (pending['locks'] as { lockId: string }[]).map(({ lockId }) => lockId),
      [lockIds[0]],
    );
    await seal([lockIds[0]]);
    assert.deepEqual((await network.query('AuditorMSP', 'pendingLocks', { laneId }))['locks'], []);
  });

  it('seals a lock whose record was frozen meanwhile: the message will be held', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 10n)]);
    await network.submit('RegistryMSP', 'freeze', { rightsId, reason: 'court order' });
    await seal(lockIds);
    assert.equal((await epochOf(1n)).words.states[0]?.status, 'FROZEN');
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
    assert.equal((await epochOf(2n)).header.firstMessage, 256n);
  });
});

describe('seal of states', () => {
  it('lets the registry attest a freeze by itself', async () => {
    await network.submit('RegistryMSP', 'freeze', { rightsId, reason: 'court order' });
    await network.submit('RegistryMSP', 'seal', { laneId, lockIds: [], rightsIds: [rightsId] });
    const { header, words } = await epochOf(1n);
    assert.deepEqual([header.messageCount, header.stateCount], [0, 1]);
    assert.equal(words.states[0]?.status, 'FROZEN');
  });

  it('refuses the registry as soon as a lock is named', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n)]);
    await network.refused('FORBIDDEN', 'RegistryMSP', 'seal', { laneId, lockIds, rightsIds: [] });
    await network.refused('FORBIDDEN', 'OtherMSP', 'seal', { laneId, lockIds: [], rightsIds: [rightsId] });
  });

  it('refuses an epoch without content or change', async () => {
    await network.refused('EPOCH_EMPTY', 'CustodianMSP', 'seal', { laneId, lockIds: [] });
    await seal([], [rightsId]);
    await network.refused('EPOCH_EMPTY', 'CustodianMSP', 'seal', { laneId, lockIds: [], rightsIds: [rightsId] });
  });

  it('refuses records that are unknown, never confirmed or not of the lane', async () => {
    const args = { laneId, lockIds: [] };
    await registered(network, 'CustodianMSP', 'HB-2');
    const theirs = await activeRecord(network, 'OtherMSP', 'HB-1');
    const cases: [string, Hex][] = [
      ['RECORD_NOT_ACTIVE', rightsIdOf('CustodianMSP', 'HB-2')],
      ['RECORD_UNKNOWN', rightsIdOf('CustodianMSP', 'none')],
      ['FORBIDDEN', theirs],
    ];
    for (const [code, id] of cases) {
      await network.refused(code, 'CustodianMSP', 'seal', { ...args, rightsIds: [id] });
      await network.refused(code, 'RegistryMSP', 'seal', { ...args, rightsIds: [rightsId, id] });
    }
  });

  it('refuses more than 64 states, counted together with those of the locks', async () => {
    const ids = Array.from({ length: 65 }, (_, i) => rightsIdOf('CustodianMSP', `none-${i}`));
    await network.refused('TOO_MANY', 'CustodianMSP', 'seal', { laneId, lockIds: [], rightsIds: ids });
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n)]);
    await network.refused('TOO_MANY', 'CustodianMSP', 'seal', { laneId, lockIds, rightsIds: ids.slice(1) });
  });
});

describe('sealedAt', () => {
  it('refuses a proposal more than 60 s behind or 10 s ahead of the endorser', async () => {
    network.skew = 0;
    const args = { laneId, lockIds: [], rightsIds: [rightsId] };
    for (const late of [-86_400, -61, 11, 86_400]) {
      await network.refused('CLOCK_SKEW', 'CustodianMSP', 'seal', args, { late });
    }
    for (const late of [-60, 0, 10]) {
      assert.equal((await network.propose('CustodianMSP', 'seal', args, { late })).status, 200);
    }
  });

  it('refuses a proposal from before the last epoch', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n), lockOf(rightsId, 2n)]);
    await seal([lockIds[0]]);
    const args = { laneId, lockIds: [lockIds[1]] };
    await network.refused('CLOCK_SKEW', 'CustodianMSP', 'seal', args, { late: -1 });
    await network.submit('CustodianMSP', 'seal', args, { late: 0 });
  });
});

describe('readEpoch', () => {
  it('sees a header only once it is committed', async () => {
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n)]);
    const endorsed = await network.propose('CustodianMSP', 'seal', { laneId, lockIds });
    assert.equal(endorsed.status, 200);
    await network.refused('EPOCH_UNKNOWN', 'AuditorMSP', 'readEpoch', { laneId, epoch: '1' });
    await network.refused('EPOCH_UNKNOWN', 'AuditorMSP', 'epoch', { laneId, epoch: '1' });
    network.ledger.commit(endorsed.proposal, endorsed);
    assert.equal((await headerBytes(1n)).length, 204);
  });
});
