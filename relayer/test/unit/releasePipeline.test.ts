import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { AssetEvent } from '@twinspan/sdk';
import { pino } from 'pino';
import { openTables } from '../../src/db/tables.ts';
import type { Tables } from '../../src/db/tables.ts';
import { Heads } from '../../src/heads.ts';
import { Metrics } from '../../src/metrics.ts';
import type { Observer } from '../../src/observer.ts';
import { releaseObserver } from '../../src/release/1-observe.ts';
import { attestStage } from '../../src/release/2-attest.ts';
import { releaseStage } from '../../src/release/3-release.ts';
import { confirmReleaseStage } from '../../src/release/4-confirm.ts';
import { Attestations, attestationFromWire } from '../../src/release/attestations.ts';
import type { ReleaseOptions } from '../../src/release/modules.ts';
import { OutboxBook } from '../../src/release/outboxBook.ts';
import { takeTurn } from '../../src/stage.ts';
import { BRIDGE } from '../fakes/memoryBridge.ts';
import { keys, LANE, MemoryOutbox, root, set } from '../fakes/memoryOutbox.ts';
import { TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';

describe('the release pipeline', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-release-'));
  let count = 0;
  let nowMs = 1_000;
  let outbox: MemoryOutbox;
  let tables: Tables;
  let attestations: Attestations;
  let book: OutboxBook;
  let heads: Heads;
  let metrics: Metrics;
  let observer: Observer;
  let turns: (() => Promise<unknown>)[];
  let announced: string[];

  beforeEach(async () => {
    count += 1;
    nowMs = 1_000;
    outbox = new MemoryOutbox();
    tables = await openTables(join(directory, String(count)), () => nowMs);
    attestations = new Attestations(tables, { tradingChainId: TRADING_CHAIN_ID, bridge: BRIDGE });
    metrics = new Metrics();
    book = new OutboxBook(tables, metrics);
    announced = [];
    const log = pino({ level: 'silent' });
    const announceAttestation = (wire: string): void => {
      announced.push(wire);
    };
    const { asset, trading } = outbox;
    const clock = (): number => nowMs;
    heads = new Heads();
    const modules = {
      ...{ asset, trading, heads, tables, attestations, metrics, log, clock, announceAttestation },
      attestors: () => Promise.resolve(set.attestors),
      releasedThrough: () => Promise.resolve(outbox.released),
    };
    const options: ReleaseOptions & { attestorKey: Hex } = {
      turns: { node: 'a', gateways: ['a'], releaseDelayMs: 1_000 },
      tradingChainId: TRADING_CHAIN_ID,
      bridge: BRIDGE,
      attestorKey: keys[0] ?? '0x',
      checkpoints: { everyBlocks: 2n, againBlocks: 32n },
      idleMs: 1,
    };
    observer = releaseObserver(options, modules, book);
    const { signal } = new AbortController();
    turns = [
      () => takeTurn(attestStage(options, modules), modules, signal),
      () => takeTurn(releaseStage(options, modules, book), modules, signal),
      () => takeTurn(confirmReleaseStage(options, modules, book), modules, signal),
    ];
  });

  afterEach(() => tables.close());

  after(() => rm(directory, { recursive: true }));

  async function see(
    change: (observer: Observer, writes: ReturnType<Tables['writes']>) => Promise<void> | undefined,
  ): Promise<void> {
    const writes = tables.writes('trading-feed/apply');
    await change(observer, writes);
    await writes.commit();
    for (const turn of turns) await turn();
  }

  async function redeem(block: bigint): Promise<void> {
    const event = outbox.append(block);
    await see((one, writes) => one.onTrading?.(event, writes));
  }

  async function headAt(latest: bigint, final: bigint): Promise<void> {
    outbox.final = final;
    heads.move(latest, final, root);
    await see((one, writes) => one.onHead?.({ latest, final }, writes));
  }

  async function hear(key: Hex, blockNumber: bigint, stateRoot = root): Promise<void> {
    const writes = tables.writes('peers/attestation');
    const attestation = attestations.sign({ blockNumber, blockHash: root, stateRoot }, key);
    attestations.keep(attestation, { atMs: 0, from: 'b' }, writes);
    await writes.commit();
  }

  it('signs nothing that is not final, and one checkpoint for what is', async () => {
    await redeem(5n);
    await headAt(8n, 5n);
    assert.deepEqual(announced, []);
    await headAt(9n, 6n);
    assert.deepEqual(
      announced.map((wire) => attestationFromWire(wire).blockNumber),
      [6n],
    );
  });

  it('releases once enough attestors signed the same, and clears up when the peer has it', async () => {
    await redeem(5n);
    await redeem(5n);
    await headAt(9n, 6n);
    assert.equal(outbox.calls.length, 0);
    await hear(keys[1] ?? '0x', 6n, `0x${'bb'.repeat(32)}`);
    nowMs += 2_000;
    await headAt(10n, 7n);
    assert.equal(outbox.calls.length, 0);
    await hear(keys[2] ?? '0x', 6n);
    nowMs += 2_000;
    await headAt(11n, 8n);
    const [call, again] = outbox.calls;
    assert.ok(call !== undefined && again === undefined);
    const fields = call.releases.map((release) => Object.keys(release).sort().join());
    assert.deepEqual(fields, ['index,kind,rightsId,target,units', 'index,kind,rightsId,target,units']);
    assert.equal(call.signatures.length, 2);

    const event: AssetEvent = { name: 'Released', laneId: LANE, releasedThrough: 2n, blockNumber: 9n, txId: 'tx' };
    await see((one, writes) => one.onAsset?.(event, writes));
    assert.equal(book.lanes().size, 0);
    assert.equal(tables.queues.confirmRelease.size, 0);
  });

  it('releases nothing by a checkpoint that its own chain does not have', async () => {
    await redeem(5n);
    await headAt(9n, 6n);
    for (const key of keys.slice(1)) await hear(key, 6n, `0x${'bb'.repeat(32)}`);
    nowMs += 2_000;
    await headAt(10n, 7n);
    assert.equal(outbox.calls.length, 0);
    const { values } = await metrics.list.faults.get();
    assert.ok(values.some(({ labels, value }) => labels.code === 'CHECKPOINT_DIFFERS' && value > 0));
  });

  it('says its signature again while nobody answers', async () => {
    await redeem(5n);
    await headAt(9n, 6n);
    nowMs += 1_500;
    await headAt(10n, 7n);
    assert.equal(announced.length, 2);
    assert.equal(new Set(announced).size, 1);
  });

  it('wants no signature of its own below what it has forgotten to have signed', async () => {
    const writes = tables.writes('release-attest/signed');
    for (const blockNumber of [8n, 10n]) {
      attestations.vouch({ blockNumber, blockHash: root, stateRoot: root }, { key: keys[0] ?? '0x', atMs: 0 }, writes);
    }
    attestations.prune(12n, writes);
    await writes.commit();
    await redeem(5n);
    await headAt(9n, 6n);
    assert.equal(tables.queues.release.size, 1);
    assert.equal(tables.queues.attest.size, 0);
  });

  it('does not release what another node has released', async () => {
    await redeem(5n);
    await headAt(9n, 6n);
    await hear(keys[2] ?? '0x', 6n);
    outbox.released = 1n;
    nowMs += 2_000;
    await headAt(10n, 7n);
    assert.equal(outbox.calls.length, 0);
    assert.equal(tables.queues.release.size, 0);
  });

  it('releases nothing more by a checkpoint whose entries another node has released', async () => {
    await redeem(5n);
    await headAt(9n, 6n);
    assert.equal(tables.queues.release.size, 1);
    outbox.released = 1n;
    const event: AssetEvent = { name: 'Released', laneId: LANE, releasedThrough: 1n, blockNumber: 9n, txId: 'tx' };
    await see((one, writes) => one.onAsset?.(event, writes));
    assert.equal(tables.queues.release.size, 0);
  });

  it('waits for an attestor set', async () => {
    outbox.set = undefined;
    await redeem(5n);
    await hear(keys[1] ?? '0x', 6n);
    for (const latest of [9n, 10n]) {
      await headAt(latest, 6n);
      nowMs += 600_000;
    }
    const [job] = tables.queues.release.all();
    assert.deepEqual([job?.attempts, job?.parked], [2, undefined]);
    outbox.set = set;
    await headAt(11n, 6n);
    assert.equal(outbox.released, 1n);
  });

  it('tries again what was refused once there is another attestor set', async () => {
    outbox.refusal = new Fault('SIGNER_UNKNOWN', 'not of this set');
    await redeem(5n);
    await hear(keys[1] ?? '0x', 6n);
    for (const latest of [9n, 10n]) {
      await headAt(latest, 6n);
      nowMs += 600_000;
    }
    outbox.refusal = undefined;
    await headAt(11n, 6n);
    assert.deepEqual([outbox.released, [...tables.queues.release.all()][0]?.parked?.code], [0n, 'SIGNER_UNKNOWN']);
    const event: AssetEvent = { name: 'AttestorsApproved', blockNumber: 9n, txId: 'tx' };
    await see((one, writes) => one.onAsset?.(event, writes));
    assert.equal(outbox.released, 1n);
  });

  it('asks nothing about an old block for entries that are released', async () => {
    await redeem(5n);
    await headAt(9n, 6n);
    outbox.released = 1n;
    outbox.trading.outboxEntries = () => Promise.reject(new Fault('STATE_PRUNED', 'missing trie node'));
    nowMs += 2_000;
    await headAt(10n, 6n);
    assert.equal(tables.queues.release.size, 0);
  });

  it('keeps few jobs while nothing can be released', async () => {
    const waiting = (): bigint[] => [...tables.queues.release.all()].map(({ body }) => body.blockNumber);
    await redeem(5n);
    await headAt(9n, 6n);
    for (let final = 32n; final <= 320n; final += 32n) {
      nowMs += 600_000;
      await headAt(final + 3n, final);
    }
    assert.deepEqual(waiting(), [288n, 320n]);
    outbox.isOverLimit = true;
    for (const block of [288n, 320n]) await hear(keys[1] ?? '0x', block);
    for (let latest = 324n; latest < 330n; latest++) {
      nowMs += 60_000;
      await headAt(latest, 321n);
    }
    assert.deepEqual(waiting(), [320n]);
  });

  it('works off a long backlog in several calls under one checkpoint', async () => {
    for (let i = 0; i < 300; i++) outbox.append(5n);
    await redeem(5n);
    await headAt(9n, 6n);
    await hear(keys[1] ?? '0x', 6n);
    nowMs += 2_000;
    await headAt(10n, 7n);
    await headAt(11n, 8n);
    assert.deepEqual(
      outbox.calls.map(({ releases, following }) => [releases.length, following?.length ?? 0]),
      [
        [256, 45],
        [45, 0],
      ],
    );
    assert.equal(outbox.released, 301n);
  });

  it('forgets entries of replaced blocks', async () => {
    await redeem(5n);
    outbox.final = 4n;
    await see((one, writes) => one.onReorg?.(4n, writes));
    assert.equal(book.lanes().size, 0);
  });
});
