import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attestorAddressOf, Fault } from '@twinspan/protocol';
import type { FaultCode, Hex } from '@twinspan/protocol';
import type { CommitPoint } from '../../src/db/commitPoints.ts';
import type { Tables } from '../../src/db/tables.ts';
import type { Card } from '../../src/peers/card.ts';
import type { TopicName } from '../../src/peers/topics.ts';
import { steadyClock } from '../../src/steadyClock.ts';
import type { MadeProof } from '../../src/prover/prover.ts';
import { MemoryAsset } from '../fakes/memoryAsset.ts';
import { RECORD_NOW } from '../fakes/memoryRecord.ts';
import { BRIDGE } from '../fakes/memoryBridge.ts';
import { MemoryTrading, TRADING_CHAIN_ID } from '../fakes/memoryTrading.ts';
import { CrossingNode } from './crossingNode.ts';
import type { Surroundings } from './crossingNode.ts';
import { isKilled, Life } from './death.ts';
import type { Death } from './death.ts';
import { ATTESTORS, attestorKeyOf, cardsOf, NODES } from './nodeConfig.ts';
import type { NodeName } from './nodeConfig.ts';

/** A fault that the next call of a verb by a stage meets, at whichever node. */
export interface Trouble {
  readonly stage: string;
  readonly verb: string;
  readonly code: FaultCode;
}

/** The death of one node. */
export interface NodeDeath extends Death {
  readonly node: NodeName;
}

export interface CrossingOptions {
  readonly death?: NodeDeath | undefined;
  /** Final epochs that each node keeps; default: as by its configuration. */
  readonly keepEpochs?: number;
}

/** What must be the same in the end, wherever a node was killed. */
export interface Ledgers {
  /** On the trading chain, by holder. */
  readonly minted: Readonly<Record<Hex, bigint>>;
  readonly held: number;
  /** Back on the asset chain, by who got them. */
  readonly released: Readonly<Record<Hex, bigint>>;
  readonly isBacked: boolean;
  readonly locksWaiting: number;
  readonly pooled: number;
  /** Rows and jobs that are left at a node where nothing should be. */
  readonly left: readonly string[];
}

/** Both chains and three nodes on a clock that only moves when told. A node that dies is started again. */
export class Crossing {
  nowMs = RECORD_NOW * 1_000;
  isProverDown = false;
  /** How far a node's wall clock is off, in milliseconds. */
  skewMs: (node: NodeName) => number = () => 0;
  readonly asset = new MemoryAsset(TRADING_CHAIN_ID, BRIDGE);
  readonly trading = new MemoryTrading();
  readonly directory = mkdtempSync(join(tmpdir(), 'twinspan-crash-'));
  readonly troubles: Trouble[] = [];
  /** How often each batch was written, by node. */
  readonly visits: Readonly<Record<NodeName, Map<CommitPoint, number>>> = {
    custodian: new Map(),
    auditor: new Map(),
    carrier: new Map(),
  };
  readonly #options: CrossingOptions;
  readonly #cards: readonly Card[];
  readonly #nodes = new Map<NodeName, CrossingNode>();
  #said: { readonly by: NodeName; readonly topic: TopicName; readonly text: string }[] = [];

  private constructor(cards: readonly Card[], options: CrossingOptions) {
    this.#cards = cards;
    this.#options = options;
    const attestors = ATTESTORS.map((node) => attestorAddressOf(attestorKeyOf(node))).sort();
    this.asset.releases.attestors = { attestors, threshold: ATTESTORS.length };
  }

  static async open(options: CrossingOptions = {}): Promise<Crossing> {
    const crossing = new Crossing(await cardsOf({ tradingChainId: TRADING_CHAIN_ID, bridge: BRIDGE }), options);
    await crossing.restart();
    return crossing;
  }

  /** Ends all nodes in an orderly way and starts them again. */
  async restart(): Promise<void> {
    for (const name of NODES) {
      await this.#nodes.get(name)?.close();
      this.#nodes.delete(name);
      await this.#start(name);
    }
  }

  /** Ends a node, has something done to its store, and starts it again. */
  async whileDown(name: NodeName, work: (store: string) => Promise<void>): Promise<void> {
    await this.#nodes.get(name)?.close();
    this.#nodes.delete(name);
    await work(join(this.directory, name, 'store'));
    await this.#start(name);
  }

  /** Lets all nodes work until none has anything to do. */
  async settle(): Promise<void> {
    for (let idle = 0; idle < 3;) {
      let worked = await this.#passOn();
      for (const name of NODES) worked = (await this.#turn(name)) || worked;
      // Streams and queues hand over in microtasks: a short rest before the next look.
      await new Promise((resolve) => setImmediate(resolve));
      idle = worked ? 0 : idle + 1;
    }
  }

  /** So many blocks, one a second. */
  async blocks(count: number): Promise<void> {
    for (let block = 0; block < count; block++) {
      await this.settle();
      this.trading.mine();
      this.nowMs += 1_000;
    }
    await this.settle();
  }

  tablesOf(name: NodeName): Tables {
    return (this.#nodes.get(name) ?? notRunning(name)).tables;
  }

  async ledgers(): Promise<Ledgers> {
    const { balances, held } = this.trading.state;
    return {
      minted: Object.fromEntries([...balances].sort()),
      held: held.size,
      released: Object.fromEntries([...this.asset.releases.units].sort()),
      isBacked: this.trading.isBacked,
      locksWaiting: this.asset.waiting,
      pooled: this.trading.pooled,
      left: (await Promise.all(NODES.map((name) => this.#left(name)))).flat(),
    };
  }

  async close(): Promise<void> {
    for (const node of this.#nodes.values()) await node.close();
    await rm(this.directory, { recursive: true });
  }

  async #left(name: NodeName): Promise<string[]> {
    const tables = this.tablesOf(name);
    const { prove, ...queues } = tables.queues;
    const jobs = Object.entries(queues).flatMap(([queue, { size }]) => (size === 0 ? [] : [`${size} in ${queue}`]));
    if ([...prove.parked()].length > 0) jobs.push('parked in prove');
    for (const table of [tables.held, tables.outbox, tables.submissions]) {
      for (const key of await table.keys({ limit: 10 })) jobs.push(`${table.name}/${key}`);
    }
    return jobs.map((what) => `${name}: ${what}`);
  }

  async #turn(name: NodeName): Promise<boolean> {
    const node = this.#nodes.get(name) ?? notRunning(name);
    return (await this.#whileAlive(name, () => node.turn())) ?? true;
  }

  async #passOn(): Promise<boolean> {
    const said = this.#said;
    this.#said = [];
    for (const { by, topic, text } of said) {
      for (const name of NODES) {
        const node = this.#nodes.get(name);
        if (name !== by && node !== undefined) await this.#whileAlive(name, () => node.hear(topic, text, by));
      }
    }
    return said.length > 0;
  }

  /** A node that is killed at work leaves its store as it is and is started again. */
  async #whileAlive<Answer>(name: NodeName, work: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!isKilled(error)) throw error;
      await this.#nodes.get(name)?.close();
      this.#nodes.delete(name);
      await this.#start(name);
      return undefined;
    }
  }

  async #start(name: NodeName): Promise<void> {
    try {
      this.#nodes.set(name, await CrossingNode.start(name, this.#life(name), this.#around(name)));
    } catch (error) {
      if (!isKilled(error)) throw error;
      await this.#start(name);
    }
  }

  #life(name: NodeName): Life {
    const counts = this.visits[name];
    const { death } = this.#options;
    const own = death?.node === name ? death : undefined;
    return new Life(own, (point) => {
      const count = (counts.get(point) ?? 0) + 1;
      counts.set(point, count);
      return count;
    });
  }

  #around(name: NodeName): Surroundings {
    const { keepEpochs } = this.#options;
    return {
      directory: this.directory,
      config: keepEpochs === undefined ? {} : { retention: { epochs: keepEpochs } },
      asset: this.asset,
      trading: this.trading,
      cards: this.#cards,
      clock: steadyClock(
        () => this.nowMs + this.skewMs(name),
        () => this.nowMs,
      ),
      publish: (topic, text) => {
        this.#said.push({ by: name, topic, text });
      },
      prove: (records) => this.#prove(records.length),
      trouble: (stage, verb) => this.#trouble(stage, verb),
    };
  }

  #prove(count: number): Promise<MadeProof> {
    if (this.isProverDown) return Promise.reject(new Fault('PROVER_FAILED', 'the prover is away'));
    const circuit = count === 1 ? 'AssetState1' : 'AssetState16';
    return Promise.resolve({ circuit, proof: new Array<bigint>(8).fill(1n), seconds: 1 });
  }

  #trouble(stage: string, verb: string): Fault | undefined {
    const place = this.troubles.findIndex((trouble) => trouble.stage === stage && trouble.verb === verb);
    const [trouble] = place === -1 ? [] : this.troubles.splice(place, 1);
    return trouble === undefined ? undefined : new Fault(trouble.code, `the scenario troubles ${stage} at ${verb}`);
  }
}

function notRunning(name: NodeName): never {
  throw new Error(`${name} is not running`);
}
