import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { attestorAddressOf } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { pino } from 'pino';
import { openTables } from '../../src/db/tables.ts';
import type { Tables } from '../../src/db/tables.ts';
import { Heads } from '../../src/heads.ts';
import { Metrics } from '../../src/metrics.ts';
import { releaseObserver } from '../../src/release/1-observe.ts';
import { Attestations } from '../../src/release/attestations.ts';
import { OutboxBook } from '../../src/release/outboxBook.ts';
import { BRIDGE } from '../fakes/memoryBridge.ts';
import { TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';

const KEY: Hex = `0x${'1'.padStart(64, '0')}`;
const ROOT: Hex = `0x${'aa'.repeat(32)}`;
const unused = (): never => assert.fail('asked a chain');

describe('attestations', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-attestations-'));
  let tables: Tables;
  let attestations: Attestations;

  before(async () => {
    tables = await openTables(directory, () => 0);
    attestations = new Attestations(tables, { tradingChainId: TRADING_CHAIN_ID, bridge: BRIDGE });
  });

  after(async () => {
    await tables.close();
    await rm(directory, { recursive: true });
  });

  it('of a peer that signs every block are forgotten in time, also in the store', async () => {
    const metrics = new Metrics();
    const observer = releaseObserver(
      {
        turns: undefined,
        tradingChainId: TRADING_CHAIN_ID,
        bridge: BRIDGE,
        attestorKey: undefined,
        checkpoints: { everyBlocks: 2n, againBlocks: 32n },
        idleMs: 1,
      },
      {
        attestors: unused,
        releasedThrough: unused,
        trading: {
          requireChain: unused,
          checkpoint: unused,
          finalizedBlock: unused,
          block: unused,
          outboxEntries: unused,
          proof: unused,
        },
        heads: new Heads(),
        tables,
        attestations,
        metrics,
        log: pino({ level: 'silent' }),
        clock: () => 0,
        announceAttestation: unused,
      },
      new OutboxBook(tables, metrics),
    );
    const signed = tables.writes('release-attest/signed');
    for (const blockNumber of [1n, 2n, 9_000n]) {
      const attestation = attestations.sign({ blockNumber, blockHash: ROOT, stateRoot: ROOT }, KEY);
      attestations.keep(attestation, { atMs: 0, from: 'b' }, signed);
    }
    await signed.commit();
    const writes = tables.writes('release-confirm/confirmed');
    await observer.onHead?.({ latest: 9_001n, final: 9_000n }, writes);
    await writes.commit();

    const reopened = new Attestations(tables, { tradingChainId: TRADING_CHAIN_ID, bridge: BRIDGE });
    await reopened.open();
    for (const kept of [attestations, reopened]) {
      assert.equal(kept.get(1n, attestorAddressOf(KEY)), undefined);
      assert.equal(kept.get(2n, attestorAddressOf(KEY)), undefined);
      assert.notEqual(kept.get(9_000n, attestorAddressOf(KEY)), undefined);
    }
  });
});
