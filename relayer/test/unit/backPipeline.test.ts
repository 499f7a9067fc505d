import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { packPolicy, recordCommitmentOf, unpackBound } from '@twinspan/protocol';
import type { Bound, ConfidentialRecord, Hex, Policy } from '@twinspan/protocol';
import type { RecordView, Signed } from '@twinspan/sdk';
import { pino } from 'pino';
import { decodeFunctionData, parseAbi } from 'viem';
import { lookAtAll } from '../../src/back/1-observe.ts';
import { proveStage } from '../../src/back/2-prove.ts';
import { submitProofStage } from '../../src/back/3-submit.ts';
import { confirmProofStage } from '../../src/back/4-confirm.ts';
import type { CarryModules, ProveModules, ProveOptions } from '../../src/back/modules.ts';
import { Wallet } from '../../src/chains/wallet.ts';
import { openTables } from '../../src/db/tables.ts';
import type { Tables } from '../../src/db/tables.ts';
import { Heads } from '../../src/heads.ts';
import { Metrics } from '../../src/metrics.ts';
import type { ProofRequest } from '../../src/prover/prover.ts';
import { takeTurn } from '../../src/stage.ts';
import { keysOf } from '../fakes/memoryNode.ts';
import { pooledOf } from '../fakes/memoryPool.ts';
import { recordView } from '../fakes/memoryRecord.ts';
import { MemoryTrading } from '../fakes/memoryTrading.ts';

const TOKEN: Hex = `0x${'0d'.repeat(20)}`;
const DAY = 86_400;
const NOW = 20_000 * DAY;
const policy: Policy = {
  allowedClasses: [1],
  allowedJurisdictions: [1],
  minRating: 50,
  maxAppraisalAge: 365 * DAY,
  maxLtvBps: 10_000,
  requireFiling: false,
  requireUnencumbered: true,
};

function recordOf(number: number, rating = 80): ConfidentialRecord {
  return {
    rightsId: `0x00${number.toString(16).padStart(62, '0')}`,
    class: 1,
    jurisdiction: 1,
    registeredUnits: 1_000n,
    appraisedValue: 2_000n,
    appraisedAt: NOW - DAY,
    appraisalValidUntil: NOW + 90 * DAY,
    rating,
    encumbered: false,
    filingValidUntil: 0,
    ownerHash: `0x00${'22'.repeat(31)}`,
    documentsRoot: `0x00${'33'.repeat(31)}`,
    salt: `0x00${'44'.repeat(31)}`,
  };
}

/** Records on one side and accepted bounds on the other. */
class Venue {
  readonly records = new Map<Hex, ConfidentialRecord>();
  readonly bounds = new Map<Hex, Bound>();
  readonly proofs: number[] = [];
  readonly chain = new MemoryTrading();
  policy = policy;

  readonly asset = {
    record: (rightsId: Hex) => {
      const record = this.records.get(rightsId);
      return Promise.resolve(record === undefined ? undefined : recordView(record));
    },
    records: async function* (this: Venue): AsyncGenerator<RecordView> {
      for (const record of this.records.values()) yield await Promise.resolve(recordView(record));
    }.bind(this),
    privateRecord: (rightsId: Hex) => {
      const record = this.records.get(rightsId);
      return Promise.resolve(record === undefined ? undefined : { record, commitment: recordCommitmentOf(record) });
    },
  };

  readonly trading = {
    listing: () => Promise.resolve({ laneId: 1n, token: TOKEN }),
    policy: () => Promise.resolve({ policy: this.policy, packed: packPolicy(this.policy) }),
    backing: (commitment: Hex, packed?: bigint) => Promise.resolve(this.bounds.get(`0x${commitment}${packed ?? 0n}`)),
    tryProve: () => Promise.resolve(),
    addresses: this.chain.verbs().addresses,
  };

  readonly sender = {
    ...this.chain.verbs(),
    /** Mined at once. */
    broadcast: async (signed: Signed) => {
      await this.chain.verbs().broadcast(signed, 'prove');
      this.#accept((await pooledOf(signed)).data);
      this.chain.mine();
    },
  };

  readonly prover = {
    parallel: 1,
    prove: (_policy: bigint, records: readonly ProofRequest[]) => {
      this.proofs.push(records.length);
      const circuit = records.length === 1 ? ('AssetState1' as const) : ('AssetState16' as const);
      return Promise.resolve({ circuit, proof: new Array<bigint>(8).fill(1n), seconds: 1 });
    },
  };

  #accept(data: Hex): void {
    const [commitments, bounds] = decodeFunctionData({ abi: backingsAbi, data }).args;
    for (const [place, commitment] of commitments.entries()) {
      this.bounds.set(`0x${commitment}${packPolicy(this.policy)}`, unpackBound(bounds[place] ?? 0n));
    }
  }
}

const backingsAbi = parseAbi(['function prove(bytes32[] commitments, uint256[] bounds, uint256[8] proof)']);

describe('the back pipeline', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-back-'));
  const options: ProveOptions = {
    mspId: 'CustodianMSP',
    times: { renewBeforeSeconds: 7 * DAY, valueHeadroomBps: 1_000 },
    batchFrom: 3,
    leaveForMs: 0,
    turns: { node: 'custodian', carriers: ['custodian'], carryDelayMs: 5_000 },
    idleMs: 1,
  };
  const carry = { turns: { node: 'custodian', carriers: ['custodian'], carryDelayMs: 5_000 }, idleMs: 1 };
  let count = 0;
  let nowMs = NOW * 1_000;
  let venue: Venue;
  let tables: Tables;
  let modules: CarryModules & ProveModules;
  let announced: string[];
  let turns: (() => Promise<string>)[];

  beforeEach(async () => {
    count += 1;
    nowMs = NOW * 1_000;
    venue = new Venue();
    const clock = (): number => nowMs;
    tables = await openTables(join(directory, String(count)), clock);
    const metrics = new Metrics();
    const log = pino({ level: 'silent' });
    const wallet = new Wallet(
      keysOf({ node: 'custodian' }),
      { maxFeePerGas: 100n, stuckMs: 60_000 },
      { trading: venue.sender, tables, recall: () => Promise.resolve(undefined), metrics, log, clock },
    );
    const heads = new Heads();
    const { asset, trading, prover } = venue;
    announced = [];
    const announceProof = (wire: string): void => {
      announced.push(wire);
    };
    modules = { asset, trading, tables, heads, wallet, prover, metrics, log, clock, announceProof };
    const { signal } = new AbortController();
    const [prove, submit, confirm] = [
      proveStage(options, modules),
      submitProofStage(carry, modules),
      confirmProofStage(carry, modules),
    ];
    turns = [
      () => takeTurn(prove, modules, signal),
      () => takeTurn(submit, modules, signal),
      () => takeTurn(confirm, modules, signal),
    ];
  });

  afterEach(() => tables.close());

  after(() => rm(directory, { recursive: true }));

  async function look(leaveForMs = 0): Promise<void> {
    const writes = tables.writes('start/rouse');
    await lookAtAll(writes, { ...options, leaveForMs }, modules);
    await writes.commit();
    await settle();
  }

  async function settle(): Promise<void> {
    for (let idle = false; !idle;) {
      modules.heads.move(modules.heads.latest + 1n, modules.heads.latest + 1n);
      const outcomes: string[] = [];
      for (const turn of turns) outcomes.push(await turn());
      idle = outcomes.every((outcome) => outcome === 'idle');
    }
  }

  const hold = (...records: readonly ConfidentialRecord[]): void => {
    for (const record of records) venue.records.set(record.rightsId, record);
  };

  it('proves one record alone, then sleeps until the backing nears its end', async () => {
    hold(recordOf(1));
    await look();
    assert.deepEqual(venue.proofs, [1]);
    const [job] = tables.queues.prove.all();
    const [bound] = venue.bounds.values();
    assert.equal(job?.notBeforeMs, ((bound?.until ?? 0) - 7 * DAY) * 1_000);
    assert.deepEqual([tables.queues.submitProof.size, tables.queues.confirmProof.size], [0, 0]);
    await look();
    assert.deepEqual(venue.proofs, [1]);
  });

  it('leaves a record for a while to a prover that comes before it in turn', async () => {
    hold(recordOf(1));
    await look(15_000);
    assert.deepEqual(venue.proofs, []);
    nowMs += 15_000;
    await settle();
    assert.deepEqual(venue.proofs, [1], 'the other has not proven it');
    await look(15_000);
    nowMs += 15_000;
    await settle();
    assert.deepEqual(venue.proofs, [1], 'somebody has');
  });

  it('proves several due records in one proof', async () => {
    hold(recordOf(1), recordOf(2), recordOf(3), recordOf(4));
    await look();
    assert.deepEqual(venue.proofs, [4]);
    assert.equal(venue.bounds.size, 4);
  });

  it('parks a record that the policy refuses, without the others, until something changes', async () => {
    hold(recordOf(1), recordOf(2, 10));
    await look();
    assert.deepEqual(venue.proofs, [1]);
    const refused = tables.queues.prove.get(recordOf(2).rightsId);
    assert.equal(refused?.parked?.code, 'NOT_BACKABLE');
    assert.doesNotMatch(refused.parked.sentence, /RATING_TOO_LOW/);
    venue.policy = { ...policy, minRating: 5 };
    await look();
    assert.equal(venue.bounds.size, 3);
  });

  it('proves again after a new appraisal and after a new policy', async () => {
    hold(recordOf(1));
    await look();
    hold({ ...recordOf(1), appraisedValue: 3_000n });
    await look();
    venue.policy = { ...policy, minRating: 60 };
    await look();
    assert.deepEqual(venue.proofs, [1, 1, 1]);
  });

  it('loses no change that arrives while a record is looked at', async () => {
    const record = recordOf(1);
    hold(record);
    const { privateRecord } = venue.asset;
    venue.asset.privateRecord = async (rightsId) => {
      venue.asset.privateRecord = privateRecord;
      const writes = tables.writes('asset-feed/apply');
      tables.queues.prove.add(writes, rightsId, { rightsId });
      await writes.commit();
      return { record, commitment: recordCommitmentOf({ ...record, rating: 1 }) };
    };
    await look();
    assert.deepEqual(venue.proofs, [1]);
    assert.equal(tables.queues.prove.get(record.rightsId)?.parked, undefined);
  });
});
