import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { attestorAddressOf, Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { BridgeEvent } from '@twinspan/sdk';
import { pino } from 'pino';
import { openTables } from '../../src/db/tables.ts';
import type { Tables } from '../../src/db/tables.ts';
import { Heads } from '../../src/heads.ts';
import { Metrics } from '../../src/metrics.ts';
import { Gate } from '../../src/peers/gate.ts';
import { receiveAttestations } from '../../src/peers/receivers.ts';
import { releaseObserver } from '../../src/release/1-observe.ts';
import { attestStage } from '../../src/release/2-attest.ts';
import { confirmReleaseStage } from '../../src/release/4-confirm.ts';
import { Attestations, attestationFromWire, attestationToWire } from '../../src/release/attestations.ts';
import { attestorsByCards } from '../../src/release/knownAttestors.ts';
import type { ReleaseModules } from '../../src/release/modules.ts';
import { OutboxBook } from '../../src/release/outboxBook.ts';
import { takeTurn } from '../../src/stage.ts';
import { cardKeys, cardOf } from '../fakes/cards.ts';
import { BRIDGE } from '../fakes/memoryBridge.ts';
import { TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';

const LANE = 7n;
const root: Hex = `0x${'aa'.repeat(32)}`;
const domain = { tradingChainId: TRADING_CHAIN_ID, bridge: BRIDGE };
const place = { blockNumber: 5n, txHash: root, blockHash: root, logIndex: 0 };

/** The tests are one story: an entry is seen, attested, told again, and cleared. */
describe('an attestor without a gateway', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-attestor-'));
  const { operatorKey } = cardKeys(1);
  const announced: string[] = [];
  let nowMs = 1_000;
  let released = 0n;
  let isCutOff = false;
  let tables: Tables;
  let book: OutboxBook;
  let modules: ReleaseModules;
  let see: (event: BridgeEvent | { readonly latest: bigint; readonly final: bigint }) => Promise<void>;

  before(async () => {
    tables = await openTables(directory, () => nowMs);
    const metrics = new Metrics();
    book = new OutboxBook(tables, metrics);
    const heads = new Heads();
    const cards = await Promise.all([
      cardOf({ node: 'own', roles: ['attestor'] }, domain, cardKeys(1)),
      cardOf({ node: 'other', roles: ['attestor'] }, domain, cardKeys(2)),
      cardOf({ node: 'carrier', roles: ['carrier'] }, domain, cardKeys(3)),
    ]);
    const block = (number: bigint): ReturnType<ReleaseModules['trading']['block']> =>
      Promise.resolve({
        ...{ number, hash: root, parentHash: root, stateRoot: root, receiptsRoot: root },
        ...{ logsBloom: '0x', timestamp: 0n },
      });
    modules = {
      trading: {
        requireChain: () => (isCutOff ? Promise.reject(new Fault('CHAIN_UNREACHABLE', 'cut off')) : Promise.resolve()),
        checkpoint: (blockNumber) => Promise.resolve({ blockNumber, blockHash: root, stateRoot: root }),
        block,
        finalizedBlock: () => Promise.resolve(heads.final),
        outboxEntries: () => assert.fail('releases nothing'),
        proof: () => assert.fail('releases nothing'),
      },
      ...{ heads, tables, metrics, log: pino({ level: 'silent' }), clock: (): number => nowMs },
      attestors: attestorsByCards(cards),
      releasedThrough: () => Promise.resolve(released),
      attestations: new Attestations(tables, domain),
      announceAttestation: (wire) => {
        announced.push(wire);
      },
    };
    const checkpoints = { everyBlocks: 2n, againBlocks: 32n };
    const options = { ...domain, attestorKey: operatorKey, checkpoints, turns: undefined, idleMs: 1 };
    const observer = releaseObserver(options, modules, book);
    const [attest, confirm] = [attestStage(options, modules), confirmReleaseStage(options, modules, book)];
    const { signal } = new AbortController();
    see = async (what) => {
      const writes = tables.writes('trading-feed/apply');
      if ('name' in what) await observer.onTrading?.(what, writes);
      else {
        heads.move(what.latest, what.final, root);
        await observer.onHead?.(what, writes);
      }
      await writes.commit();
      await takeTurn(attest, modules, signal);
      await takeTurn(confirm, modules, signal);
    };
  });

  after(async () => {
    await tables.close();
    await rm(directory, { recursive: true });
  });

  it('attests what it sees final, and leaves releasing to others', async () => {
    await see({
      name: 'Outboxed',
      laneId: LANE,
      index: 0n,
      kind: 'REDEEM',
      rightsId: root,
      units: 5n,
      target: root,
      ...place,
    });
    await see({ latest: 9n, final: 5n });
    assert.deepEqual(announced, []);
    await see({ latest: 10n, final: 6n });
    assert.deepEqual(
      announced.map((wire) => attestationFromWire(wire).blockNumber),
      [6n],
    );
    assert.equal(tables.queues.release.size, 0);
  });

  it('says its signature again a bounded number of times, and signs nothing twice', async () => {
    for (let round = 0n; round < 20n; round++) {
      nowMs += 300_000;
      await see({ latest: 11n + round, final: 7n + round });
    }
    assert.equal(announced.length, 7);
    assert.equal(new Set(announced).size, 1);
    assert.equal(tables.queues.attest.size, 0);
  });

  it('attests once more per so many blocks while the entry stays', async () => {
    const signed = (): number => new Set(announced).size;
    for (let block = 27n; block < 160n; block++) await see({ latest: block + 4n, final: block });
    assert.equal(signed(), 1 + 4, 'blocks 32, 64, 96 and 128');
  });

  it('hears other attestors by their cards, and nobody else', async () => {
    const proofs = receiveAttestations(modules, () => 160n);
    const gate = new Gate({ attestations: proofs }, modules);
    const checkpoint = { blockNumber: 128n, blockHash: root, stateRoot: root };
    const tell = (number: number): Promise<string> => {
      const attestation = modules.attestations.sign(checkpoint, cardKeys(number).operatorKey);
      return gate.judge('attestations', Buffer.from(attestationToWire(attestation)), 'b');
    };
    assert.equal(await tell(2), 'accept');
    assert.equal(await tell(3), 'ignore', 'a carrier does not attest');
    assert.equal(await tell(4), 'ignore', 'a stranger');
    const heard = [2, 3, 4].map((n) => modules.attestations.get(128n, attestorAddressOf(cardKeys(n).operatorKey)));
    assert.deepEqual(
      heard.map((row) => row !== undefined),
      [true, false, false],
    );
  });

  it('is done with the entry when the bridge has acknowledged its release', async () => {
    const delivered = { name: 'EpochDelivered', laneId: LANE, epoch: 1n, firstMessage: 0n, messageCount: 0 } as const;
    await see({ ...delivered, headerHash: root, ...place });
    assert.equal(book.lanes().size, 1, 'another epoch says nothing of it');
    released = 1n;
    await see({ ...delivered, headerHash: root, ...place });
    assert.equal(book.lanes().size, 0);
    const before = new Set(announced).size;
    for (let block = 160n; block < 260n; block += 10n) await see({ latest: block + 4n, final: block });
    assert.equal(new Set(announced).size, before);
  });

  it('lets go of a checkpoint that it could not sign for so long that nobody needs it any more', async () => {
    const { attest } = tables.queues;
    const wanted = (): bigint[] => [...attest.all()].map(({ body }) => body.blockNumber);
    isCutOff = true;
    const entry = { index: 1n, kind: 'REDEEM', rightsId: root, units: 5n, target: root } as const;
    await see({ name: 'Outboxed', laneId: LANE, ...entry, ...place, blockNumber: 300n });
    await see({ latest: 304n, final: 300n });
    assert.equal(wanted().at(-1), 300n);
    isCutOff = false;
    nowMs += 300_000;
    await see({ latest: 1_330n, final: 1_326n });
    assert.deepEqual([wanted(), attest.measure().parked], [[1_312n], 0]);
  });
});
