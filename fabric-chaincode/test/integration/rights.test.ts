import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connectGateway, startNetwork } from '@twinspan/devnet';
import type { Description, Network } from '@twinspan/devnet';
import {
  accountFromBytes32,
  attestorAddressOf,
  bytes32FromAccount,
  decodeHeader,
  EMPTY_OUTBOX_HEAD,
  Fault,
  outboxHeadAfter,
  outboxHeadSlotOf,
  parseFault,
  rightsIdOf,
  signCheckpoint,
} from '@twinspan/protocol';
import type { ConfidentialRecord, Hex, OutboxEntry } from '@twinspan/protocol';
import { assetOptionsFrom, connectAssetChain } from '@twinspan/sdk';
import type { AssetChain, Committed } from '@twinspan/sdk';
import { rpcCaller } from '../fakes/rpcCaller.ts';
import type { RpcCall } from '../fakes/rpcCaller.ts';

const OFFSET = 6_000;
const BRIDGE: Hex = `0x${'b1'.repeat(20)}`;
const RECIPIENT: Hex = `0x${'aa'.repeat(20)}`;
const SALT: Hex = `0x00${'c0ffee'.repeat(10)}51`;
const ALL = ['CustodianMSP', 'RegistryMSP', 'AuditorMSP'];
const VALID = 0;

type OrgName = Description['asset']['orgs'][number]['name'];

const life = new AsyncDisposableStack();
let network: Network;
let custodian: AssetChain;
let registry: AssetChain;
let auditor: AssetChain;
let trading: RpcCall;

before(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rights-'));
  life.defer(() => {
    rmSync(directory, { recursive: true });
  });
  const profile = { orderers: 'raft', evm: 'anvil' } as const;
  network = life.use(await startNetwork({ directory, profile, portOffset: OFFSET }));
  const client = (as: OrgName): AssetChain =>
    life.use(connectAssetChain(assetOptionsFrom(network.description, { as })));
  [custodian, registry, auditor] = [client('custodian'), client('registry'), client('auditor')];
  trading = rpcCaller(network.description.trading.rpcUrl);
});

after(() => life.disposeAsync());

function orgOf(name: OrgName): Description['asset']['orgs'][number] {
  return network.description.asset.orgs.find((org) => org.name === name) ?? assert.fail(`no org ${name}`);
}

function confidentialOf(number: string): ConfidentialRecord {
  return {
    rightsId: rightsIdOf('CustodianMSP', number),
    class: 1,
    jurisdiction: 1,
    registeredUnits: 10_000n,
    appraisedValue: 5_000_000n,
    appraisedAt: 1_790_000_000,
    appraisalValidUntil: 1_830_000_000,
    rating: 70,
    encumbered: false,
    filingValidUntil: 0,
    ownerHash: `0x00${'11'.repeat(31)}`,
    documentsRoot: `0x00${'22'.repeat(31)}`,
    salt: SALT,
  };
}

/** Waits until every peer has the block: the next proposal may go to a peer that lags. */
async function atEveryPeer(blockNumber: bigint): Promise<void> {
  for (const client of [custodian, registry, auditor]) {
    while ((await client.height()) <= blockNumber) await delay(20);
  }
}

async function everywhere<Result>(sent: Promise<Committed<Result>>): Promise<Result> {
  const { blockNumber, result } = await sent;
  await atEveryPeer(blockNumber);
  return result;
}

async function activeRecord(number: string): Promise<Hex> {
  const registration = custodian.register(
    {
      registrationNumber: number,
      name: `Solar ${number}`,
      symbol: 'SOL',
      decimals: 2,
      issuedUnits: 1000n,
      account: 'treasury',
      unitValue: 500n,
      valuedAt: 1_795_000_000,
    },
    confidentialOf(number),
  );
  const commitment = await everywhere(registration);
  await everywhere(registry.confirm(commitment));
  return commitment.rightsId;
}

async function openLane(ordinal: number): Promise<bigint> {
  const tradingChainId = BigInt(network.description.trading.chainId);
  return (await everywhere(custodian.openLane({ tradingChainId, bridge: BRIDGE, ordinal }))).laneId;
}

const lockOf = (rightsId: Hex, units: bigint): Parameters<AssetChain['lock']>[1][number] => ({
  rightsId,
  account: 'treasury',
  recipient: RECIPIENT,
  units,
  reference: '',
});

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
    const rightsId = await activeRecord('PRIV-1');
    const expected = { record: confidentialOf('PRIV-1'), commitment: (await auditor.record(rightsId))?.commitment };
    assert.deepEqual(await custodian.privateRecord(rightsId), expected);
    assert.deepEqual(await registry.privateRecord(rightsId), expected);

    const ledgers = readdirSync(network.directory, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.includes('blockfile_') && !name.includes('orderer'),
    );
    assert.ok(ledgers.length >= 3);
    for (const name of ledgers) {
      const blocks = readFileSync(join(network.directory, name));
      assert.ok(blocks.includes(rightsId) && !blocks.includes(SALT), name);
    }
  });

  it('are refused to clients of other organizations, at whichever peer they ask', async () => {
    const rightsId = await activeRecord('PRIV-2');
    await refused('FORBIDDEN', auditor.privateRecord(rightsId));
    for (const [client, peer] of [
      ['registry', 'custodian'],
      ['custodian', 'registry'],
    ] as const) {
      const { gateway, close } = connectGateway({ ...orgOf(client), peer: orgOf(peer).peer });
      const { channel, chaincode } = network.description.asset;
      const contract = gateway.getNetwork(channel).getContract(chaincode);
      const options = { arguments: [JSON.stringify({ rightsId })], endorsingOrganizations: [orgOf(peer).mspId] };
      await refused('PRIVATE_FORBIDDEN', contract.evaluate('privateRecord', options)).finally(close);
    }
  });
});

describe('readEpoch', () => {
  it('is endorsed alike by all organizations, once the seal is committed and not before', async () => {
    const rightsId = await activeRecord('READ-1');
    const laneId = await openLane(1);
    const { lockIds } = await everywhere(custodian.lock(laneId, [lockOf(rightsId, 10n), lockOf(rightsId, 20n)]));

    const { gateway, close } = connectGateway(orgOf('custodian'));
    const { channel, chaincode } = network.description.asset;
    const contract = gateway.getNetwork(channel).getContract(chaincode);
    const argument = JSON.stringify({ laneId: laneId.toString(), lockIds, rightsIds: [] });
    const endorsed = await contract.newProposal('seal', { arguments: [argument] }).endorse();
    await refused('EPOCH_UNKNOWN', auditor.endorseEpoch(laneId, 1n, ALL));

    const { code, blockNumber } = await (await endorsed.submit()).getStatus();
    close();
    assert.equal(code, VALID);
    await atEveryPeer(blockNumber);
    const { header, endorsements } = await auditor.endorseEpoch(laneId, 1n, ALL);
    assert.deepEqual(endorsements.map(({ mspId }) => mspId).sort(), [...ALL].sort());
    const decoded = decodeHeader(header);
    assert.deepEqual([decoded.laneId, decoded.messageCount, decoded.stateCount], [laneId, 2, 1]);
  });
});

describe('concurrency', () => {
  it('locks of different holdings and seals of two lanes never conflict', async () => {
    const lanes = [await openLane(2), await openLane(3)] as const;
    const ids: Hex[] = [];
    for (let i = 0; i < 6; i++) ids.push(await activeRecord(`FAST-${i}`));
    const { gateway, close } = connectGateway(orgOf('custodian'));
    const { channel, chaincode } = network.description.asset;
    const contract = gateway.getNetwork(channel).getContract(chaincode);
    const submit = async (name: string, args: object): Promise<string> => {
      const commit = await contract.submitAsync(name, { arguments: [JSON.stringify(args)] });
      const { code, transactionId, blockNumber } = await commit.getStatus();
      assert.equal(code, VALID, `${name} was invalidated with code ${code}`);
      await atEveryPeer(blockNumber);
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
    const rightsId = await activeRecord('BACK-1');
    const laneId = await openLane(4);
    const { lockIds } = await everywhere(custodian.lock(laneId, [lockOf(rightsId, 100n)]));
    await everywhere(custodian.seal({ laneId, lockIds }));
    const set = { attestors: attestors.map(attestorAddressOf), threshold: 2 };
    await everywhere(custodian.approveAttestors(set));
    await everywhere(auditor.approveAttestors(set));

    const target = bytes32FromAccount('alice');
    assert.equal(accountFromBytes32(target), 'alice');
    const entry: OutboxEntry = { index: 0n, kind: 'REDEEM', rightsId, units: 40n, target };
    const slot = outboxHeadSlotOf(laneId);
    await trading('anvil_setStorageAt', [BRIDGE, slot, outboxHeadAfter(EMPTY_OUTBOX_HEAD, entry)]);
    await trading('anvil_mine', ['0x1']);
    const args = { laneId, releases: [entry], ...(await evidenceOf(slot)) };
    await refused('OUTBOX_MISMATCH', auditor.release({ ...args, releases: [{ ...entry, units: 41n }] }));
    assert.deepEqual(await everywhere(auditor.release(args)), { applied: 1, releasedThrough: 1n });
    assert.equal((await custodian.holding(rightsId, 'alice')).units, 40n);
    assert.deepEqual(await everywhere(registry.release(args)), { applied: 0, releasedThrough: 1n });
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
    const domain = { tradingChainId: BigInt(network.description.trading.chainId), bridge: BRIDGE };
    return {
      checkpoint,
      signatures: attestors.map((key) => signCheckpoint(domain, checkpoint, key)),
      accountProof: proof.accountProof,
      storageProof: proof.storageProof[0].proof,
    };
  }
});
