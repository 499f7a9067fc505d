import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWords, hexFromBytes } from '@twinspan/protocol';
import type { Hex, Message, RecordState } from '@twinspan/protocol';
import { pino } from 'pino';
import type { App } from '../../src/api/app.ts';
import { Watchers } from '../../src/api/live.ts';
import type { ApiModules } from '../../src/api/modules.ts';
import { buildApi } from '../../src/api/server.ts';
import { LastFaults } from '../../src/chronicle/attempts.ts';
import { EventRing } from '../../src/chronicle/eventRing.ts';
import { laneKey } from '../../src/db/keys.ts';
import { openTables } from '../../src/db/tables.ts';
import { Heads } from '../../src/heads.ts';
import { Lanes } from '../../src/lanes.ts';
import { Metrics } from '../../src/metrics.ts';
import { Pauses } from '../../src/mint/pauses.ts';
import { SupplyBook } from '../../src/supplyBook.ts';

export const LANE = 7n;
export const RIGHTS: Hex = `0x00${'11'.repeat(31)}`;
export const OTHER_RIGHTS: Hex = `0x00${'22'.repeat(31)}`;
export const TX: Hex = `0x${'ab'.repeat(32)}`;
export const NOW_MS = 1_800_000_000_000;

export function recipientOf(message: number): Hex {
  return `0x${message.toString(16).padStart(40, '0')}`;
}

const STATE = {
  status: 'ACTIVE',
  sealedUnits: 9n,
  releasedUnits: 0n,
  unitValue: 1n,
  valuedAt: 1_700_000_000,
  recordCommitment: `0x00${'02'.repeat(31)}`,
  termsHash: `0x${'03'.repeat(32)}`,
} as const;

export function stateWith(rightsId: Hex): RecordState {
  return { ...STATE, rightsId };
}

/** A node's store and memory as they are while it runs, without stages and chains: tests write what was seen. */
export class ApiNode implements AsyncDisposable {
  readonly modules: ApiModules;
  readonly watchers: Watchers;
  readonly app: App;
  readonly #directory: string;

  private constructor(modules: ApiModules, watchers: Watchers, app: App, directory: string) {
    this.modules = modules;
    this.watchers = watchers;
    this.app = app;
    this.#directory = directory;
  }

  static async start(changes: Partial<ApiModules> = {}, ringSize = 100): Promise<ApiNode> {
    const directory = mkdtempSync(join(tmpdir(), 'twinspan-api-'));
    const clock = (): number => NOW_MS;
    const tables = await openTables(directory, clock);
    const lanes = new Lanes(clock);
    lanes.adopt({ laneId: LANE, custodian: 'CustodianMSP', epoch: 3n }, { epoch: 2n });
    const heads = new Heads();
    heads.move(100n, 90n);
    const live = new EventRing(ringSize, clock);
    const modules: ApiModules = {
      ...{
        node: 'custodian-1',
        operator: 'custodian',
        roles: ['gateway', 'carrier'],
        tables,
        lanes,
        heads,
        live,
        clock,
      },
      metrics: new Metrics(),
      pauses: new Pauses(tables, clock),
      lastFaults: new LastFaults(),
      supplies: suppliesOf(tables),
      sealing: undefined,
      cards: [],
      peers: () => [],
      waitingFor: () => [],
      ...changes,
    };
    const watchers = new Watchers(live, (count) => {
      modules.metrics.list.watchers.set(count);
    });
    return new ApiNode(modules, watchers, await buildApi(modules, watchers, pino({ level: 'silent' })), directory);
  }

  /** Epochs 1 to 3 of four messages each to their own recipients, 1 and 2 delivered in blocks 80 and 95. */
  async crossed(): Promise<void> {
    const { tables } = this.modules;
    const writes = tables.writes('peers/bundle');
    for (const epoch of [1n, 2n, 3n]) {
      const first = (epoch - 1n) * 4n;
      const messages = [0, 1, 2, 3].map((place): Message => ({
        ...{ kind: 'MINT', slot: place < 2 ? 0 : 1, units: 5n },
        recipient: recipientOf(Number(first) + place + 1),
      }));
      const words = hexFromBytes(encodeWords({ states: [RIGHTS, OTHER_RIGHTS].map(stateWith), messages }));
      const key = laneKey(LANE, epoch);
      const delivered = epoch === 3n ? undefined : { block: epoch === 1n ? 80n : 95n, txHash: TX };
      const row = {
        laneId: LANE,
        epoch,
        firstMessage: first,
        messageCount: 4,
        stateCount: 2,
        sealedAt: 1_700_000_000n,
      };
      writes.put(tables.epochs, key, { ...row, isFinal: false });
      if (delivered !== undefined) writes.put(tables.deliveries, key, delivered);
      writes.put(tables.contents, key, { stateCount: 2, messageCount: 4, words, endorsedAtMs: NOW_MS });
    }
    tables.queues.deliver.add(writes, laneKey(LANE, 3n), { laneId: LANE, epoch: 3n });
    await writes.commit();
  }

  async get(url: string): Promise<{ readonly status: number; readonly body: Record<string, never> }> {
    const answer = await this.app.inject({ method: 'GET', url });
    return { status: answer.statusCode, body: answer.json() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.watchers.close();
    await this.app.close();
    await this.modules.tables.close();
    await rm(this.#directory, { recursive: true });
  }
}

/** One record, of which nothing is out of order. */
function suppliesOf(tables: ApiModules['tables']): SupplyBook {
  return new SupplyBook({
    asset: {
      supplies: async function* () {
        yield await Promise.resolve({ rightsId: RIGHTS, sealed: 10n, released: 0n });
      },
    },
    trading: {
      blockNumber: () => Promise.resolve(100n),
      bridgeSupply: () => Promise.resolve({ sealed: 8n, released: 0n, held: 1n, outboxed: 2n }),
      listing: () => Promise.resolve({ token: recipientOf(99), laneId: LANE }),
      totalSupply: () => Promise.resolve(5n),
    },
    tables,
    clock: () => NOW_MS,
  });
}
