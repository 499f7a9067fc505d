import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setImmediate as pause } from 'node:timers/promises';
import { Fault, recordCommitmentOf } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { pino } from 'pino';
import { lookAtAll } from '../../../src/back/1-observe.ts';
import { proveStage } from '../../../src/back/2-prove.ts';
import type { ProveModules, ProveOptions } from '../../../src/back/modules.ts';
import { openTables } from '../../../src/db/tables.ts';
import { inParallel } from '../../../src/inParallel.ts';
import { Metrics } from '../../../src/metrics.ts';
import type { MadeProof, Prover, ProofRequest } from '../../../src/prover/prover.ts';
import { takeTurn } from '../../../src/stage.ts';
import { OPEN_POLICY, PACKED_POLICY, recordOf } from '../../fakes/records.ts';

const RECORDS = 1_000;
const PARALLEL = 8;
const NOW_MS = 1_800_000_000_000;

const options: ProveOptions = {
  mspId: 'CustodianMSP',
  times: { renewBeforeSeconds: 86_400, valueHeadroomBps: 0 },
  batchFrom: 5,
  leaveForMs: 0,
  turns: undefined,
  idleMs: 1,
};

/** Workers that take differently long, one of which turns every seventh job down. */
class Workers implements Pick<Prover, 'prove' | 'parallel'> {
  readonly parallel = PARALLEL;
  readonly proven: Hex[][] = [];
  asked = 0;
  inHand = 0;
  mostInHand = 0;

  async prove(_policy: bigint, records: readonly ProofRequest[]): Promise<MadeProof> {
    const number = (this.asked += 1);
    this.inHand += 1;
    this.mostInHand = Math.max(this.mostInHand, this.inHand);
    for (let step = 0; step < (number * 7) % 11; step += 1) await pause();
    this.inHand -= 1;
    if (number % 7 === 0) throw new Fault('PROVER_BUSY', 'not now');
    this.proven.push(records.map(({ record }) => record.rightsId));
    return { circuit: 'AssetState16', proof: new Array<bigint>(8).fill(1n), seconds: 1 };
  }
}

const records = Array.from({ length: RECORDS }, (_, number) => recordOf(number));
const commitments = new Map(records.map((record) => [record.rightsId, recordCommitmentOf(record)]));
const byId = new Map(records.map((record) => [record.rightsId, record]));

function viewOf(rightsId: Hex): object {
  const commitment = commitments.get(rightsId);
  return { rightsId, custodian: 'CustodianMSP', commitment, issuedUnits: 1_000n, unitValue: 1n };
}

const asset = {
  record: (rightsId: Hex) => Promise.resolve(viewOf(rightsId)),
  records: async function* () {
    for (const { rightsId } of records) yield await Promise.resolve(viewOf(rightsId));
  },
  privateRecord: (rightsId: Hex) =>
    Promise.resolve({ record: byId.get(rightsId), commitment: commitments.get(rightsId) }),
};
const trading = {
  listing: () => Promise.resolve({ laneId: 1n, token: `0x${'0d'.repeat(20)}` }),
  policy: () => Promise.resolve({ policy: OPEN_POLICY, packed: PACKED_POLICY }),
  backing: () => Promise.resolve(undefined),
};

describe('a portfolio of a thousand records', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-spread-'));
  after(() => {
    rmSync(directory, { recursive: true });
  });

  it('is spread over the workers: each record is proven once, and only so many proofs are in hand', async () => {
    let nowMs = NOW_MS;
    const clock = (): number => nowMs;
    const tables = await openTables(directory, clock);
    const prover = new Workers();
    const log = pino({ level: 'silent' });
    const shared = {
      asset,
      trading,
      tables,
      prover,
      metrics: new Metrics(),
      log,
      clock,
      announceProof: () => undefined,
    };
    const modules = shared as unknown as ProveModules;
    const stage = proveStage(options, modules);
    const { signal } = new AbortController();
    const writes = tables.writes('start/rouse');
    await lookAtAll(writes, options, modules);
    await writes.commit();

    let mostTaken = 0;
    while (prover.proven.flat().length < RECORDS) {
      mostTaken = Math.max(mostTaken, (await stage.next())?.length ?? 0);
      if ((await takeTurn(stage, modules, signal)) === 'idle') nowMs += 60_000;
      assert(prover.asked < RECORDS, 'proofs are asked for over and over');
    }
    assert.deepEqual([...prover.proven.flat()].sort(), [...byId.keys()].sort());
    assert.equal(prover.mostInHand, PARALLEL);
    assert.equal(mostTaken, 16 * PARALLEL * 4);
    const kept = [...tables.queues.submitProof.all()].flatMap(({ body }) => body.rightsIds);
    assert.deepEqual(kept.sort(), [...byId.keys()].sort());
    assert((await shared.metrics.list.faults.get()).values.some(({ labels }) => labels.code === 'PROVER_BUSY'));
    await tables.close();
  });
});

describe('inParallel', () => {
  it('ends what was begun before it says what went wrong', async () => {
    const done: number[] = [];
    const work = async (item: number): Promise<void> => {
      for (let step = 0; step < item; step += 1) await pause();
      if (item === 1) throw new Error('one');
      done.push(item);
    };
    await assert.rejects(inParallel([1, 5, 2, 3], 2, work), /one/);
    assert.deepEqual(done, [5, 2, 3]);
  });
});
