import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { assetChainIdOf, rightsIdOf } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { AssetNetwork, START } from '../fakes/assetNetwork.ts';
import {
  activeRecord,
  BRIDGE,
  CHAIN_ID,
  commitmentOf,
  confidentialOf,
  laneWithRecord,
  lockAll,
  lockOf,
  openLane,
  RECIPIENT,
  registered,
} from '../fakes/fixtures.ts';

let network: AssetNetwork;
beforeEach(() => {
  network = new AssetNetwork();
});

const ask = (name: string, args: object): Promise<Record<string, unknown>> => network.query('AuditorMSP', name, args);

/** Every value of a paged query, two at a time. */
async function everyPage<Value>(name: string, field: string, args: object = {}): Promise<Value[]> {
  const all: Value[] = [];
  let bookmark: unknown = '';
  do {
    const page = await ask(name, { ...args, pageSize: 2, bookmark });
    const values = page[field] as Value[];
    assert.ok(values.length <= 2);
    all.push(...values);
    bookmark = page.bookmark;
  } while (bookmark !== undefined);
  return all;
}

describe('record queries', () => {
  it('page through records and holdings in order of their keys', async () => {
    const ids: Hex[] = [];
    for (let i = 0; i < 5; i++) ids.push(await activeRecord(network, 'CustodianMSP', `HB-${i}`));
    const records = await everyPage<{ rightsId: Hex }>('records', 'records');
    assert.deepEqual(
      records.map(({ rightsId }) => rightsId),
      [...ids].sort(),
    );
    const [rightsId] = ids;
    assert.deepEqual(await everyPage('holdings', 'holdings', { rightsId }), [
      { rightsId, account: 'treasury', units: '1000' },
    ]);
  });

  it('answer exactly a record’s public side', async () => {
    const rightsId = await activeRecord(network, 'CustodianMSP', 'HB-1', { windowLimit: '77' });
    const record = await ask('record', { rightsId });
    assert.deepEqual(Object.keys(record), [
      'account',
      'commitment',
      'custodian',
      'decimals',
      'issuedUnits',
      'name',
      'registrationNumber',
      'rightsId',
      'status',
      'symbol',
      'termsHash',
      'unitValue',
      'valuedAt',
      'windowLimit',
    ]);
  });

  it('answer zero for a holding that was never credited', async () => {
    const rightsId = rightsIdOf('CustodianMSP', 'none');
    assert.deepEqual(await ask('holding', { rightsId, account: 'bob' }), { rightsId, account: 'bob', units: '0' });
    await network.refused('RECORD_UNKNOWN', 'AuditorMSP', 'record', { rightsId });
  });

  it('tell a record’s history, newest first', async () => {
    const rightsId = await activeRecord(network, 'CustodianMSP', 'HB-1');
    await network.submit('RegistryMSP', 'freeze', { rightsId, reason: 'court order' });
    const { changes } = await ask('history', { rightsId });
    const list = changes as { txId: string; at: number; value: { status: string; reason?: string } }[];
    assert.deepEqual(
      list.map(({ value }) => value.status),
      ['FROZEN', 'ACTIVE', 'REGISTERED'],
    );
    assert.equal(list[0]?.at, START);
    assert.equal(list[0].value.reason, 'court order');
  });

  it('refuse page sizes and bookmarks that are not theirs', async () => {
    await activeRecord(network, 'CustodianMSP', 'HB-1');
    for (const args of [
      { pageSize: 0 },
      { pageSize: 201 },
      { bookmark: 'zz' },
      { bookmark: Buffer.from('\0holding\0').toString('hex') },
      { bookmark: '00'.repeat(257) },
    ]) {
      await network.refused('BAD_REQUEST', 'AuditorMSP', 'records', args);
    }
  });
});

describe('privateRecord', () => {
  const rightsId = rightsIdOf('CustodianMSP', 'HB-1');
  const confidential = JSON.parse(
    JSON.stringify(confidentialOf('CustodianMSP', 'HB-1'), (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    ),
  ) as object;

  it('answers the owner and the registry at their own peers', async () => {
    const commitment = await registered(network, 'CustodianMSP', 'HB-1');
    for (const mspId of ['CustodianMSP', 'RegistryMSP']) {
      const answer = await network.query(mspId, 'privateRecord', { rightsId }, { peer: mspId });
      assert.deepEqual(answer, { record: confidential, commitment });
    }
  });

  it('answers the version in force, and any version by its commitment', async () => {
    await activeRecord(network, 'CustodianMSP', 'HB-1');
    const transient = confidentialOf('CustodianMSP', 'HB-1', { rating: 9 });
    const pending = commitmentOf(await network.submit('CustodianMSP', 'appraise', { rightsId }, { transient }));
    const own = { peer: 'CustodianMSP' };
    const inForce = await network.query('CustodianMSP', 'privateRecord', { rightsId }, own);
    assert.deepEqual(inForce.record, confidential);
    const other = await network.query('CustodianMSP', 'privateRecord', { rightsId, commitment: pending }, own);
    assert.deepEqual(other.record, { ...confidential, rating: 9 });
  });

  it('refuses a client at another organization’s peer', async () => {
    await registered(network, 'CustodianMSP', 'HB-1');
    for (const peer of ['RegistryMSP', 'OtherMSP', 'AuditorMSP']) {
      await network.refused('PRIVATE_FORBIDDEN', 'CustodianMSP', 'privateRecord', { rightsId }, { peer });
    }
    await network.refused('PRIVATE_FORBIDDEN', 'RegistryMSP', 'privateRecord', { rightsId }, { peer: 'CustodianMSP' });
    await network.refused('FORBIDDEN', 'AuditorMSP', 'privateRecord', { rightsId }, { peer: 'CustodianMSP' });
  });

  it('refuses another custodian although its peer may hold the data', async () => {
    await registered(network, 'CustodianMSP', 'HB-1');
    await network.refused('PRIVATE_FORBIDDEN', 'OtherMSP', 'privateRecord', { rightsId }, { peer: 'OtherMSP' });
  });

  it('says when the peer does not hold the version', async () => {
    await registered(network, 'CustodianMSP', 'HB-1');
    const args = { rightsId, commitment: `0x${'01'.repeat(32)}` };
    await network.refused('PRIVATE_MISSING', 'CustodianMSP', 'privateRecord', args, { peer: 'CustodianMSP' });
    const unknown = { rightsId: rightsIdOf('CustodianMSP', 'none') };
    await network.refused('RECORD_UNKNOWN', 'CustodianMSP', 'privateRecord', unknown, { peer: 'CustodianMSP' });
  });
});

describe('lane queries', () => {
  it('tell where a lane leads and how far it is', async () => {
    const { laneId, rightsId } = await laneWithRecord(network);
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 5n)]);
    await network.submit('CustodianMSP', 'seal', { laneId, lockIds });
    const lane = await ask('lane', { laneId });
    const { previousHeader, ...rest } = lane;
    assert.match(String(previousHeader), /^0x[0-9a-f]{64}$/);
    assert.deepEqual(rest, {
      laneId: laneId.toString(),
      custodian: 'CustodianMSP',
      tradingChainId: CHAIN_ID.toString(),
      bridge: BRIDGE,
      ordinal: 0,
      epoch: '1',
      nextMessage: '1',
      sealedAt: START,
      releasedThrough: '0',
    });
    await network.refused('LANE_UNKNOWN', 'AuditorMSP', 'lane', { laneId: '5' });
    await network.refused('LANE_UNKNOWN', 'AuditorMSP', 'laneOutbox', { laneId: '5' });
    await network.refused('LANE_UNKNOWN', 'AuditorMSP', 'supply', { laneId: '5', rightsId });
  });

  it('page through lanes, pending locks and supplies', async () => {
    const { laneId, rightsId } = await laneWithRecord(network);
    const second = await activeRecord(network, 'CustodianMSP', 'HB-2');
    for (let ordinal = 1; ordinal < 5; ordinal++) await openLane(network, 'CustodianMSP', ordinal);
    assert.equal((await everyPage('lanes', 'lanes')).length, 5);

    const lockIds: string[] = [];
    for (let i = 0; i < 5; i++)
      lockIds.push(...(await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n)])));
    const pending = await everyPage<{ lockId: string }>('pendingLocks', 'locks', { laneId });
    assert.deepEqual(
      pending.map(({ lockId }) => lockId),
      [...lockIds].sort(),
    );
    assert.deepEqual(pending[0], {
      lockId: pending[0]?.lockId,
      rightsId,
      account: 'treasury',
      recipient: RECIPIENT,
      units: '1',
      reference: 'ref-1',
      place: { state: 'pending' },
    });

    await network.submit('CustodianMSP', 'seal', { laneId, lockIds, rightsIds: [second] });
    assert.deepEqual(
      await everyPage('supplies', 'supplies', { laneId }),
      [
        { rightsId, sealed: '5', released: '0' },
        { rightsId: second, sealed: '0', released: '0' },
      ].sort((a, b) => (a.rightsId < b.rightsId ? -1 : 1)),
    );
  });

  it('trace the locks of a batch before and after its seal', async () => {
    const { laneId, rightsId } = await laneWithRecord(network);
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n), lockOf(rightsId, 2n)]);
    const batchId = lockIds[0]?.split(':')[0];
    const placesOf = async (): Promise<object[]> =>
      ((await ask('locks', { batchId })).locks as { place: object }[]).map(({ place }) => place);
    assert.deepEqual(await placesOf(), [{ state: 'pending' }, { state: 'pending' }]);
    await network.submit('CustodianMSP', 'seal', { laneId, lockIds: [lockIds[1]] });
    const sealed = { state: 'sealed', epoch: '1', message: '0' };
    assert.deepEqual(await placesOf(), [{ state: 'pending' }, sealed]);
    await network.submit('CustodianMSP', 'cancelLocks', { laneId, lockIds: [lockIds[0]] });
    assert.deepEqual(await placesOf(), [{ state: 'cancelled' }, sealed]);
    await network.refused('LOCK_UNKNOWN', 'AuditorMSP', 'locks', { batchId: 'ab'.repeat(32) });
  });

  it('name the chain and its roles', async () => {
    const name = { networkId: 'twinspan-test', channel: 'assets', chaincode: 'rights' };
    const { roles, ...rest } = await ask('config', {});
    assert.deepEqual(rest, { ...name, assetChainId: assetChainIdOf(name) });
    assert.deepEqual((roles as Record<string, unknown>).RegistryMSP, ['registry']);
  });
});

describe('dirty', () => {
  it('names confirmed records of the custodian that the lane has not attested as they are', async () => {
    const { laneId, rightsId } = await laneWithRecord(network);
    await registered(network, 'CustodianMSP', 'HB-2');
    await activeRecord(network, 'OtherMSP', 'HB-1');
    const dirty = (): Promise<object[]> => everyPage('dirty', 'records', { laneId });
    const seal = (): Promise<unknown> =>
      network.submit('CustodianMSP', 'seal', { laneId, lockIds: [], rightsIds: [rightsId] });
    assert.deepEqual(await dirty(), [{ rightsId, isAttested: false }]);

    await seal();
    assert.deepEqual(await dirty(), []);
    const changes: (() => Promise<unknown>)[] = [
      () => network.submit('CustodianMSP', 'value', { rightsId, unitValue: '9', valuedAt: 1_797_000_000 }),
      () => network.submit('RegistryMSP', 'freeze', { rightsId, reason: 'court order' }),
      () => network.submit('RegistryMSP', 'unfreeze', { rightsId, reason: 'lifted' }),
      () => network.submit('RegistryMSP', 'revoke', { rightsId, reason: 'fraud' }),
    ];
    for (const change of changes) {
      await change();
      assert.deepEqual(await dirty(), [{ rightsId, isAttested: true }]);
      await seal();
      assert.deepEqual(await dirty(), []);
    }
  });

  it('is a matter of each lane', async () => {
    const { laneId, rightsId } = await laneWithRecord(network);
    const second = await openLane(network, 'CustodianMSP', 1);
    await network.submit('CustodianMSP', 'seal', { laneId, lockIds: [], rightsIds: [rightsId] });
    assert.deepEqual((await ask('dirty', { laneId })).records, []);
    assert.deepEqual((await ask('dirty', { laneId: second })).records, [{ rightsId, isAttested: false }]);
  });
});
