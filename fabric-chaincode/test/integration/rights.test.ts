import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  attestorAddressOf,
  bytes32FromAccount,
  decodeHeader,
  EMPTY_OUTBOX_HEAD,
  Fault,
  outboxHeadAfter,
  outboxHeadSlotOf,
  parseFault,
  signCheckpoint,
} from '@twinspan/protocol';
import type { Hex, OutboxEntry } from '@twinspan/protocol';
import type { AssetChain } from '@twinspan/sdk';
import { BRIDGE, confidentialOf, lockOf, RealChannel, SALT } from './realChannel.ts';
import { rpcCaller } from './rpcCaller.ts';
import type { RpcCall } from './rpcCaller.ts';

const ALL = ['CustodianMSP', 'RegistryMSP', 'AuditorMSP'];
const VALID = 0;

let channel: RealChannel;
let custodian: AssetChain;
let registry: AssetChain;
let auditor: AssetChain;
let trading: RpcCall;

before(async () => {
  channel = await RealChannel.start();
  ({ custodian, registry, auditor } = channel);
  trading = rpcCaller(channel.network.description.trading.rpcUrl);
});

after(() => channel[Symbol.asyncDispose]());

async function collect<Value>(pages: AsyncIterable<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for await (const value of pages) values.push(value);
  return values;
}

async function refused(code: string, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    const fault = error instanceof Fault ? error : parseFault(textOf(error));
    assert.equal(fault?.code, code, textOf(error));
    return true;
  });
}

/** A gateway's error carries what chaincode said in its details. */
function textOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${JSON.stringify(Object.values(error))}` : String(error);
}

describe('confidential records', () => {
  it('are on the peers of custodian and registry and in no block', async () => {
    const rightsId = await channel.activeRecord('PRIV-1');
    const expected = { record: confidentialOf('PRIV-1'), commitment: (await auditor.record(rightsId))?.commitment };
    assert.deepEqual(await custodian.privateRecord(rightsId), expected);
    assert.deepEqual(await registry.privateRecord(rightsId), expected);

    const ledgers = readdirSync(channel.network.directory, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.includes('blockfile_') && !name.includes('orderer'),
    );
    assert.ok(ledgers.length >= 3);
    for (const name of ledgers) {
      const blocks = readFileSync(join(channel.network.directory, name));
      assert.ok(blocks.includes(rightsId) && !blocks.includes(SALT), name);
    }
  });

  it('are refused to clients of other organizations, at whichever peer they ask', async () => {
    const rightsId = await channel.activeRecord('PRIV-2');
    await refused('FORBIDDEN', auditor.privateRecord(rightsId));
    for (const [client, peer] of [
      ['registry', 'custodian'],
      ['custodian', 'registry'],
    ] as const) {
      const { contract, close } = channel.contract(client, peer);
      const options = { arguments: [JSON.stringify({ rightsId })], endorsingOrganizations: [channel.org(peer).mspId] };
      await refused('PRIVATE_FORBIDDEN', contract.evaluate('privateRecord', options)).finally(close);
    }
  });
});

describe('readEpoch', () => {
  it('is endorsed alike by all organizations, once the seal is committed and not before', async () => {
    const rightsId = await channel.activeRecord('READ-1');
    const laneId = await channel.openLane(1);
    const { lockIds } = await channel.everywhere(
      custodian.lock(laneId, [lockOf(rightsId, 10n), lockOf(rightsId, 20n)]),
    );

    const { contract, close } = channel.contract('custodian');
    const argument = JSON.stringify({ laneId: laneId.toString(), lockIds, rightsIds: [] });
    const endorsed = await contract.newProposal('seal', { arguments: [argument] }).endorse();
    await refused('EPOCH_UNKNOWN', auditor.endorseEpoch(laneId, 1n, ALL));

    const { code, blockNumber } = await (await endorsed.submit()).getStatus();
    close();
    assert.equal(code, VALID);
    await channel.atEveryPeer(blockNumber);
    const { header, endorsements } = await auditor.endorseEpoch(laneId, 1n, ALL);
    assert.deepEqual(endorsements.map(({ mspId }) => mspId).sort(), [...ALL].sort());
    const decoded = decodeHeader(header);
    assert.deepEqual([decoded.laneId, decoded.messageCount, decoded.stateCount], [laneId, 2, 1]);
  });
});

describe('queries', () => {
  it('page through what a real peer keeps, empty pages included', async () => {
    const laneId = await channel.openLane(5);
    assert.deepEqual(await collect(auditor.pendingLocks(laneId)), []);
    assert.deepEqual(await collect(auditor.supplies(laneId)), []);

    const ids: Hex[] = [];
    for (let i = 0; i < 3; i++) ids.push(await channel.activeRecord(`PAGE-${i}`));
    const [rightsId = assert.fail()] = ids;
    for (const pageSize of [1, 2, 3, 200]) {
      const listed = (await collect(auditor.records(pageSize))).map((record) => record.rightsId);
      assert.deepEqual(listed, [...listed].sort());
      assert.ok(ids.every((id) => listed.filter((one) => one === id).length === 1));
    }
    const { batchId, lockIds } = await channel.everywhere(
      custodian.lock(
        laneId,
        [1n, 2n, 3n].map((units) => lockOf(rightsId, units)),
      ),
    );
    assert.deepEqual(
      (await collect(auditor.pendingLocks(laneId, 1))).map(({ lockId }) => lockId),
      lockIds,
    );
    assert.equal((await auditor.locks(batchId))?.locks[2]?.place.state, 'pending');
    const dirty = await collect(auditor.dirty(laneId, 2));
    assert.ok(ids.every((id) => dirty.some((record) => record.rightsId === id && !record.isAttested)));

    await channel.everywhere(custodian.seal({ laneId, lockIds, rightsIds: ids }));
    assert.equal((await auditor.locks(batchId))?.locks[2]?.place.state, 'sealed');
    assert.equal((await collect(auditor.supplies(laneId, 2))).length, 3);
    const history = await auditor.history(rightsId);
    assert.deepEqual(
      history.map(({ value }) => value.status),
      ['ACTIVE', 'REGISTERED'],
    );
  });
});

describe('concurrency', () => {
  it('locks of different holdings and seals of two lanes never conflict', async () => {
    const lanes = [await channel.openLane(2), await channel.openLane(3)] as const;
    const ids: Hex[] = [];
    for (let i = 0; i < 6; i++) ids.push(await channel.activeRecord(`FAST-${i}`));
    const { contract, close } = channel.contract('custodian');
    const submit = async (name: string, args: object): Promise<string> => {
      const commit = await contract.submitAsync(name, { arguments: [JSON.stringify(args)] });
      const { code, transactionId, blockNumber } = await commit.getStatus();
      assert.equal(code, VALID, `${name} was invalidated with code ${code}`);
      await channel.atEveryPeer(blockNumber);
      return transactionId;
    };

    const laneAt = (i: number): string => lanes[i % 2 === 0 ? 0 : 1].toString();
    const lockRound = (): Promise<string[]> =>
      Promise.all(
        ids.map((rightsId, i) =>
          submit('lock', { laneId: laneAt(i), locks: [{ ...lockOf(rightsId, 1n), units: '1' }] }),
        ),
      );
    let waiting = await lockRound();
    for (let round = 0; round < 5; round++) {
      // While the next locks are made, each lane seals the last ones.
      const sealLane = (lane: number): Promise<string> =>
        submit('seal', {
          laneId: laneAt(lane),
          lockIds: waiting.filter((_, i) => i % 2 === lane).map((batchId) => `${batchId}:0`),
        });
      [waiting] = await Promise.all([lockRound(), sealLane(0), sealLane(1)]);
    }
    close();
    for (const laneId of lanes) assert.equal((await auditor.lane(laneId))?.epoch, 5n);
  });
});

describe('release', () => {
  const keys = [1, 2].map((i): Hex => `0x${'00'.repeat(31)}0${i}`);
  const attestors = [...keys].sort((a, b) => (attestorAddressOf(a) < attestorAddressOf(b) ? -1 : 1));

  it('accepts the proof that a node gives for its own state', async () => {
    const rightsId = await channel.activeRecord('BACK-1');
    const laneId = await channel.openLane(4);
    const { lockIds } = await channel.everywhere(custodian.lock(laneId, [lockOf(rightsId, 100n)]));
    await channel.everywhere(custodian.seal({ laneId, lockIds }));
    const set = { attestors: attestors.map(attestorAddressOf), threshold: 2 };
    await channel.everywhere(custodian.approveAttestors(set));
    await channel.everywhere(auditor.approveAttestors(set));

    const target = bytes32FromAccount('alice');
    const entry: OutboxEntry = { index: 0n, kind: 'REDEEM', rightsId, units: 40n, target };
    const slot = outboxHeadSlotOf(laneId);
    await trading('anvil_setStorageAt', [BRIDGE, slot, outboxHeadAfter(EMPTY_OUTBOX_HEAD, entry)]);
    await trading('anvil_mine', ['0x1']);
    const args = { laneId, releases: [entry], ...(await evidenceOf(slot)) };
    await refused('OUTBOX_MISMATCH', auditor.release({ ...args, releases: [{ ...entry, units: 41n }] }));
    assert.deepEqual(await channel.everywhere(auditor.release(args)), { applied: 1, releasedThrough: 1n });
    assert.equal((await custodian.holding(rightsId, 'alice')).units, 40n);
    assert.deepEqual(await channel.everywhere(registry.release(args)), { applied: 0, releasedThrough: 1n });
  });

  async function evidenceOf(slot: Hex): Promise<Omit<Parameters<AssetChain['release']>[0], 'laneId' | 'releases'>> {
    const block = (await trading('eth_getBlockByNumber', ['latest', false])) as Record<
      'number' | 'hash' | 'stateRoot',
      Hex
    >;
    const proof = (await trading('eth_getProof', [BRIDGE, [slot], block.number])) as {
      readonly accountProof: Hex[];
      readonly storageProof: readonly [{ readonly proof: Hex[] }];
    };
    const checkpoint = { blockNumber: BigInt(block.number), blockHash: block.hash, stateRoot: block.stateRoot };
    const domain = { tradingChainId: BigInt(channel.network.description.trading.chainId), bridge: BRIDGE };
    return {
      checkpoint,
      signatures: attestors.map((key) => signCheckpoint(domain, checkpoint, key)),
      accountProof: proof.accountProof,
      storageProof: proof.storageProof[0].proof,
    };
  }
});
