import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it, mock } from 'node:test';
import { attestorAddressOf, Fault } from '@twinspan/protocol';
import type { Checkpoint, FaultCode, Hex } from '@twinspan/protocol';
import { pino } from 'pino';
import { Order } from '../../../src/db/order.ts';
import { openTables } from '../../../src/db/tables.ts';
import type { Tables } from '../../../src/db/tables.ts';
import { Writes } from '../../../src/db/writes.ts';
import { Metrics } from '../../../src/metrics.ts';
import type { Receive } from '../../../src/peers/gate.ts';
import { receiveAttestations } from '../../../src/peers/receivers.ts';
import { Attestations, attestationToWire } from '../../../src/release/attestations.ts';
import { BRIDGE } from '../../fakes/memoryBridge.ts';
import { TRADING_CHAIN_ID } from '../../fakes/memoryTrading.ts';

const domain = { tradingChainId: TRADING_CHAIN_ID, bridge: BRIDGE };
const word = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`;
const key = word(1);
const other = word(2);
const attestor = attestorAddressOf(key);
const set = { attestors: [key, other].map(attestorAddressOf).sort(), threshold: 2 };
const at = (blockNumber: bigint, hash: number): Checkpoint => ({
  blockNumber,
  blockHash: word(hash),
  stateRoot: word(hash),
});
const refusal = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code;

describe('an attestor', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-attesting-'));
  let count = 0;
  let tables: Tables;
  let attestations: Attestations;
  let metrics: Metrics;

  const open = async (): Promise<void> => {
    tables = await openTables(join(directory, String(count)), () => 7);
    attestations = new Attestations(tables, domain);
    await attestations.open();
  };
  const restart = async (): Promise<void> => {
    await tables.close();
    await open();
  };
  const vouch = async (checkpoint: Checkpoint): Promise<void> => {
    const writes = tables.writes('release-attest/signed');
    attestations.vouch(checkpoint, { key, atMs: 7 }, writes);
    await writes.commit();
  };
  const prune = async (block: bigint): Promise<void> => {
    const writes = tables.writes('trading-feed/apply');
    attestations.prune(block, writes);
    await writes.commit();
  };
  const receiver = (): Receive => {
    const modules = { attestations, tables, metrics, clock: () => 7, log: pino({ level: 'silent' }) };
    const attestors = (): Promise<readonly Hex[]> => Promise.resolve(set.attestors);
    return receiveAttestations({ ...modules, attestors }, () => 10n);
  };
  const said = (checkpoint: Checkpoint, by = key): string => attestationToWire(attestations.sign(checkpoint, by));
  const hear = (checkpoint: Checkpoint, from: string, by = key): Promise<string> =>
    receiver()(said(checkpoint, by), from);
  const conflicts = async (): Promise<number | undefined> =>
    (await metrics.list.attestationConflicts.get()).values[0]?.value;

  beforeEach(async () => {
    count += 1;
    metrics = new Metrics();
    await open();
  });

  afterEach(() => tables.close());

  after(() => rm(directory, { recursive: true }));

  it('never signs a second checkpoint of a block, not after a restart either', async () => {
    await vouch(at(10n, 1));
    await vouch(at(10n, 1));
    await assert.rejects(vouch(at(10n, 2)), refusal('ATTESTATION_CONFLICT'));
    await restart();
    await vouch(at(10n, 1));
    await assert.rejects(vouch(at(10n, 2)), refusal('ATTESTATION_CONFLICT'));
    await vouch(at(8n, 3));
  });

  it('signs nothing new below what it has forgotten', async () => {
    for (const block of [10n, 20n, 30n]) await vouch(at(block, 1));
    await prune(25n);
    for (const attempt of ['at once', 'after a restart']) {
      await assert.rejects(vouch(at(10n, 2)), refusal('ATTESTATION_CONFLICT'), attempt);
      await assert.rejects(vouch(at(20n, 2)), refusal('ATTESTATION_CONFLICT'), attempt);
      await restart();
    }
    await vouch(at(22n, 2));
  });

  it('no longer wants to sign what it may not sign any more', async () => {
    const writes = tables.writes('trading-feed/apply');
    for (const blockNumber of [22n, 15n, 20n]) attestations.wish(blockNumber, attestor, writes);
    await writes.commit();
    await restart();
    for (const block of [10n, 20n, 30n]) await vouch(at(block, 1));
    await prune(25n);
    assert.deepEqual(
      [...tables.queues.attest.all()].map(({ body }) => body.blockNumber),
      [20n, 22n],
    );
  });

  it('forgets by looking only at what it forgets, however much it keeps', async (test) => {
    const kept = 300;
    const signing = tables.writes('release-attest/signed');
    for (let block = 1; block <= kept; block++) attestations.vouch(at(BigInt(block), 1), { key, atMs: 7 }, signing);
    for (let block = kept + 1; block <= 2 * kept; block++) attestations.wish(BigInt(block), attestor, signing);
    await signing.commit();
    const looks = test.mock.method(Order.prototype, 'first');
    let walks = 0;
    for (const block of [3n, 3n, 4n]) {
      const writes = tables.writes('trading-feed/apply');
      const ways = [test.mock.method(Map.prototype, Symbol.iterator), test.mock.method(Map.prototype, 'values')];
      attestations.prune(block, writes);
      for (const { mock } of ways) {
        walks += mock.callCount();
        mock.restore();
      }
      await writes.commit();
    }
    // Two and two rows at first, then the own key's floor alone, then one and two; and each time the oldest wish to sign.
    assert.deepEqual([looks.mock.callCount(), walks], [3 + 3 + 1 + 2 + 2 + 3 + 3, 0]);
    const left = await Promise.all([tables.attestations, tables.signed].map((table) => table.keys({ limit: kept })));
    assert.deepEqual(
      left.map((keys) => keys.length),
      [kept - 3, kept - 2],
    );
  });

  it('that contradicts itself is kept as evidence, told once, and counts once', async () => {
    assert.equal(await hear(at(10n, 1), 'b'), 'news');
    assert.equal(await hear(at(10n, 2), 'c'), 'news');
    assert.equal(await hear(at(10n, 2), 'd'), 'known');
    assert.equal(await hear(at(10n, 3), 'd'), 'known');
    assert.equal(await conflicts(), 1);
    await restart();
    assert.equal(await hear(at(10n, 3), 'd'), 'known');
    const [evidence, ...more] = attestations.evidence.all();
    assert.equal(more.length, 0);
    assert.deepEqual(
      evidence?.statements.map(({ blockHash, seen }) => [blockHash, seen.from, seen.atMs]),
      [
        [word(1), 'b', 7],
        [word(2), 'c', 7],
      ],
    );
    assert.equal(await hear(at(10n, 2), 'e', other), 'news');
    assert.equal(attestations.quorum(10n, set), undefined);
  });

  it('that contradicts itself in two messages at once is evidence all the same', async () => {
    const receive = receiver();
    const both = await Promise.all([receive(said(at(10n, 1)), 'b'), receive(said(at(10n, 2)), 'c')]);
    assert.deepEqual([both, await conflicts(), attestations.evidence.of(attestor).length], [['news', 'news'], 1, 1]);
    assert.equal(attestations.get(10n, attestor)?.blockHash, word(1));
  });

  it('that contradicts itself in one message is not heard', async () => {
    const receive = receiver();
    await assert.rejects(receive(`${said(at(10n, 1))}\n${said(at(10n, 2))}`, 'b'), refusal('PEER_MESSAGE_BAD'));
    assert.equal(attestations.get(10n, attestor), undefined);
  });

  it('says up to sixteen blocks in a message, kept together', async () => {
    const lines = Array.from({ length: 17 }, (_, block) => said(at(BigInt(block), 1)));
    await assert.rejects(receiver()(lines.join('\n'), 'b'), refusal('PEER_MESSAGE_BAD'));
    assert.equal(attestations.get(0n, attestor), undefined);
    const commits = mock.method(Writes.prototype, 'commit');
    assert.equal(await receiver()(lines.slice(1).join('\n'), 'b'), 'news');
    assert.equal(commits.mock.callCount(), 1);
    commits.mock.restore();
    for (let block = 1n; block <= 16n; block++) assert.ok(attestations.get(block, attestor) !== undefined);
    assert.equal(await receiver()(lines.slice(0, 16).join('\n'), 'b'), 'news');
    assert.ok(attestations.get(0n, attestor) !== undefined);
    assert.equal(await receiver()(lines.slice(0, 16).join('\n'), 'b'), 'known');
  });

  it('spoils a message with one line that it has not signed', async () => {
    const forged = attestationToWire({ ...attestations.sign(at(9n, 1), other), attestor });
    await assert.rejects(receiver()(`${said(at(8n, 1))}\n${forged}`, 'b'), refusal('SIGNATURE_BAD'));
    assert.equal(attestations.get(8n, attestor), undefined);
  });

  it('that contradicts itself counts with what it said first, and with that alone', async () => {
    await hear(at(10n, 1), 'b');
    await hear(at(10n, 2), 'b');
    await hear(at(10n, 1), 'c', other);
    assert.equal(attestations.quorum(10n, set)?.checkpoint.blockHash, word(1));
  });

  it('is convicted often enough, and its evidence outlives its attestations', async () => {
    for (let block = 1n; block <= 70n; block++) {
      await hear(at(block, 1), 'b');
      await hear(at(block, 2), 'b');
    }
    assert.equal(attestations.evidence.of(attestor).length, 64);
    await prune(100n);
    await restart();
    assert.equal(attestations.evidence.of(attestor).length, 64);
    assert.equal(attestations.get(1n, attestor), undefined);
  });
});
