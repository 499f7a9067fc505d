import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { Fault, FIELD_MODULUS, packBound } from '@twinspan/protocol';
import type { Bound, Hex } from '@twinspan/protocol';
import { pino } from 'pino';
import { announceProofStage } from '../../src/back/3-announce.ts';
import type { CarryModules, ProveModules } from '../../src/back/modules.ts';
import { MAX_PROOF_CHARS, proofFromWire, proofIdOf, proofToWire } from '../../src/back/proofs.ts';
import { openTables } from '../../src/db/tables.ts';
import type { ProofBody, Tables } from '../../src/db/tables.ts';
import { Metrics } from '../../src/metrics.ts';
import { Gate } from '../../src/peers/gate.ts';
import type { Judgement } from '../../src/peers/gate.ts';
import { receiveProof } from '../../src/peers/receivers.ts';
import { MAX_MESSAGE_BYTES } from '../../src/peers/topics.ts';
import { rankOf } from '../../src/rank.ts';
import { takeTurn } from '../../src/stage.ts';

const POLICY = 7n;
const CARRY_DELAY_MS = 5_000;
const BASE_MODULUS = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const bound: Bound = { units: 10n, unitValue: 5n, until: 2_000_000_000 };

const wordOf = (number: bigint): Hex => `0x${number.toString(16).padStart(64, '0')}`;

const times = (count: number, judgement: Judgement): Judgement[] => Array.from({ length: count }, () => judgement);

function bodyOf(...numbers: readonly number[]): ProofBody {
  return {
    policy: POLICY,
    commitments: numbers.map((number) => wordOf(BigInt(number))),
    bounds: numbers.map(() => packBound(bound)),
    proof: [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n],
    rightsIds: numbers.map((number) => wordOf(BigInt(1_000 + number))),
  };
}

/** A contract that holds one statement per commitment, and what was asked of it. */
class Contract {
  readonly stored = new Map<Hex, Bound>();
  readonly tried: (readonly bigint[])[] = [];
  readonly asked = { policy: 0, backing: 0 };
  policyNow = POLICY;
  refusal: Fault | undefined;

  readonly verbs = {
    policy: () => {
      this.asked.policy += 1;
      return Promise.resolve({ packed: this.policyNow, policy: {} as never });
    },
    backing: (commitment: Hex) => {
      this.asked.backing += 1;
      return Promise.resolve(this.stored.get(commitment));
    },
    tryProve: ({ proof }: { readonly proof: readonly bigint[] }) => {
      this.tried.push(proof);
      return this.refusal === undefined ? Promise.resolve() : Promise.reject(this.refusal);
    },
  };
}

describe('proofs between nodes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-proofs-'));
  let count = 0;
  let nowMs = 1_000;
  let contract: Contract;
  let tables: Tables;

  beforeEach(async () => {
    count += 1;
    nowMs = 1_000;
    contract = new Contract();
    tables = await openTables(join(directory, String(count)), () => nowMs);
  });

  afterEach(() => tables.close());

  after(() => rm(directory, { recursive: true }));

  const modules = (): unknown => ({
    ...{ trading: contract.verbs, tables, clock: (): number => nowMs },
    ...{ metrics: new Metrics(), log: pino({ level: 'silent' }) },
  });

  function gateOf(node: string): Gate {
    const turns = { node, carriers: ['carrier-1', 'carrier-2'], carryDelayMs: CARRY_DELAY_MS };
    const proofs = receiveProof({ turns, idleMs: 1 }, modules() as CarryModules);
    return new Gate({ proofs }, { metrics: new Metrics(), log: pino({ level: 'silent' }) });
  }

  const hear = (text: string, node = 'carrier-1'): Promise<Judgement> =>
    gateOf(node).judge('proofs', Buffer.from(text), 'b');

  /** What becomes of proofs that one peer sends at once, each of another record. */
  function hearMany(gate: Gate, from: string, first: number, count: number): Promise<Judgement[]> {
    const bodies = Array.from({ length: count }, (_, place) => bodyOf(first + place));
    return Promise.all(bodies.map((body) => gate.judge('proofs', Buffer.from(proofToWire(body)), from)));
  }

  const waiting = (): number => tables.queues.submitProof.size;

  it('say nothing of records, and fit their bound with as much as they can hold', () => {
    const most = { ...bodyOf(...Array.from({ length: 16 }, (_, place) => place)), policy: 2n ** 256n - 1n };
    const fullest = {
      ...most,
      commitments: most.commitments.map((_, place) => wordOf(FIELD_MODULUS - 1n - BigInt(place))),
      bounds: most.bounds.map(() => 2n ** 256n - 1n),
      proof: most.proof.map(() => BASE_MODULUS - 1n),
    };
    const wire = proofToWire(fullest);
    assert.ok(wire.length <= MAX_PROOF_CHARS && MAX_PROOF_CHARS === MAX_MESSAGE_BYTES.proofs);
    assert.ok(!wire.includes('rightsIds') && !wire.includes(wordOf(1_001n)));
    assert.deepEqual(proofFromWire(wire), { ...fullest, rightsIds: [] });
  });

  it('are kept when the contract takes them, for the turn of the carrier, and known from then on', async () => {
    const body = bodyOf(1, 2);
    const id = proofIdOf(body);
    assert.equal(await hear(proofToWire(body), 'carrier-2'), 'accept');
    const rank = rankOf('carrier-2', ['carrier-1', 'carrier-2'], `prove/${id}`);
    assert.equal(tables.queues.submitProof.get(id)?.notBeforeMs, nowMs + rank * CARRY_DELAY_MS);
    const another = { ...body, proof: [8n, 7n, 6n, 5n, 4n, 3n, 2n, 1n] };
    assert.equal(await hear(proofToWire(another)), 'ignore');
    assert.equal(contract.tried.length, 1, 'a second proof of the same is not even tried');
  });

  it('are dropped when the chain is no better off by them', async () => {
    contract.stored.set(wordOf(1n), bound);
    assert.equal(await hear(proofToWire(bodyOf(1))), 'ignore');
    contract.policyNow = 8n;
    assert.equal(await hear(proofToWire(bodyOf(2))), 'ignore');
    assert.deepEqual([contract.tried.length, waiting()], [0, 0]);
  });

  it('are refused when the contract refuses them, and put off when it cannot be asked', async () => {
    contract.refusal = new Fault('PROOF_BAD', 'no');
    assert.equal(await hear(proofToWire(bodyOf(1))), 'reject');
    contract.refusal = new Fault('CHAIN_UNREACHABLE', 'down');
    assert.equal(await hear(proofToWire(bodyOf(1))), 'ignore');
    assert.equal(waiting(), 0);
  });

  it('are refused by their form before anybody is asked', async () => {
    const good = JSON.parse(proofToWire(bodyOf(1))) as Record<string, unknown>;
    const bads: readonly object[] = [
      { commitments: [], bounds: [] },
      { commitments: Array.from({ length: 17 }, (_, place) => wordOf(BigInt(place))), bounds: new Array(17).fill('1') },
      { commitments: [wordOf(1n), wordOf(1n)], bounds: ['1', '1'] },
      { bounds: ['1', '1'] },
      { commitments: [wordOf(FIELD_MODULUS)] },
      { proof: ['1', '2', '3', '4', '5', '6', '7'] },
      { proof: ['1', '2', '3', '4', '5', '6', '7', BASE_MODULUS.toString()] },
      { policy: (2n ** 256n).toString() },
      { rightsIds: [] },
    ];
    for (const bad of bads)
      assert.equal(await hear(JSON.stringify({ ...good, ...bad })), 'reject', JSON.stringify(bad));
    assert.equal(await hear('x'.repeat(MAX_PROOF_CHARS + 1)), 'reject');
    assert.deepEqual([contract.tried.length, waiting()], [0, 0]);
  });

  it('are no more than so many at a carrier', async () => {
    const writes = tables.writes('peers/proof');
    for (let place = 0; place < 512; place++) tables.queues.submitProof.add(writes, `old-${place}`, bodyOf(place));
    await writes.commit();
    assert.equal(await hear(proofToWire(bodyOf(600))), 'ignore');
    assert.deepEqual([contract.tried.length, waiting()], [0, 512]);
  });

  it('that help nobody cost the chain so many questions of each peer, and no more', async () => {
    const gate = gateOf('carrier-1');
    for (let place = 0; place < 200; place++) contract.stored.set(wordOf(BigInt(place)), bound);
    const judged = await hearMany(gate, 'idler', 0, 100);
    assert.deepEqual(judged, [...times(32, 'ignore'), ...times(68, 'shed')]);
    assert.deepEqual(contract.asked, { policy: 1, backing: 32 });
    assert.deepEqual(await hearMany(gate, 'another', 0, 1), ['ignore'], 'each peer has its own');
    nowMs += 1_000;
    assert.deepEqual(await hearMany(gate, 'idler', 100, 5), [...times(4, 'ignore'), 'shed']);
    assert.deepEqual(contract.asked, { policy: 2, backing: 37 });
  });

  it('that help wait one for another and are all taken, however many come at once', async () => {
    assert.deepEqual(await hearMany(gateOf('carrier-1'), 'prover', 0, 100), times(100, 'accept'));
    assert.equal(contract.asked.policy, 1);
  });

  it("are nobody's fault while the chain does not answer, and the prover's when it refuses them", async () => {
    const gate = gateOf('carrier-1');
    contract.refusal = new Fault('CHAIN_UNREACHABLE', 'down');
    assert.deepEqual(await hearMany(gate, 'prover', 0, 100), times(100, 'ignore'));
    contract.refusal = new Fault('PROOF_BAD', 'no');
    const judged = await hearMany(gate, 'prover', 0, 33);
    assert.deepEqual(judged, [...times(32, 'reject'), 'shed']);
  });

  it('are told by a prover without a key, ever more rarely, until the chain has them', async () => {
    const body = bodyOf(1);
    const [rightsId] = body.rightsIds;
    assert.ok(rightsId !== undefined);
    const told: string[] = [];
    const announceProof = (wire: string): void => {
      told.push(wire);
    };
    const proving = { ...(modules() as ProveModules), announceProof };
    const times = { renewBeforeSeconds: 1, valueHeadroomBps: 0 };
    const options = { mspId: 'CustodianMSP', times, batchFrom: 2, leaveForMs: 0, turns: undefined, idleMs: 1 };
    const stage = announceProofStage(options, proving);
    const writes = tables.writes('back-prove/proven');
    tables.queues.submitProof.add(writes, proofIdOf(body), body);
    tables.queues.prove.add(writes, rightsId, { rightsId }, { notBeforeMs: nowMs + 1_000_000 });
    await writes.commit();
    const turn = (): Promise<string> => takeTurn(stage, proving, new AbortController().signal);
    const waits: number[] = [];
    for (let time = 0; time < 6; time++) {
      assert.equal(await turn(), 'worked');
      assert.equal(await turn(), 'idle');
      const [job] = tables.queues.submitProof.all();
      waits.push((job?.notBeforeMs ?? 0) - nowMs);
      nowMs = job?.notBeforeMs ?? 0;
    }
    assert.deepEqual(waits, [10_000, 20_000, 40_000, 80_000, 160_000, 160_000]);
    assert.deepEqual(told, new Array(6).fill(proofToWire(body)));
    contract.stored.set(wordOf(1n), bound);
    await turn();
    assert.deepEqual([told.length, waiting()], [6, 0]);
    assert.equal(tables.queues.prove.get(rightsId)?.notBeforeMs, nowMs, 'its record is looked at again');
  });
});
