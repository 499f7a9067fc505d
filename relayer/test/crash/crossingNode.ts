import type { Fault } from '@twinspan/protocol';
import type { AssetChain, TradingChain } from '@twinspan/sdk';
import { pino } from 'pino';
import type { Ground } from '../../src/compose.ts';
import { openTables } from '../../src/db/tables.ts';
import type { Tables } from '../../src/db/tables.ts';
import { Metrics } from '../../src/metrics.ts';
import type { Card } from '../../src/peers/card.ts';
import type { TopicName } from '../../src/peers/topics.ts';
import { composeAll, feedsOf, receiversOf, stagesOf } from '../../src/pipelines.ts';
import type { Composed, Runner } from '../../src/pipelines.ts';
import type { MadeProof, ProofRequest } from '../../src/prover/prover.ts';
import { reconcile } from '../../src/reconcile.ts';
import type { MemoryAsset } from '../fakes/memoryAsset.ts';
import type { MemoryTrading } from '../fakes/memoryTrading.ts';
import { isKilled } from './death.ts';
import type { Life } from './death.ts';
import { configOf } from './nodeConfig.ts';
import type { NodeName, NodeOverrides } from './nodeConfig.ts';

export interface Surroundings {
  readonly directory: string;
  /** Laid over every node's configuration. */
  readonly config: NodeOverrides;
  readonly asset: MemoryAsset;
  readonly trading: MemoryTrading;
  readonly cards: readonly Card[];
  readonly clock: () => number;
  readonly publish: (topic: TopicName, text: string) => void;
  readonly prove: (records: readonly ProofRequest[]) => Promise<MadeProof>;
  /** The fault that a stage shall meet at a verb, once. */
  readonly trouble: (stage: string, verb: string) => Fault | undefined;
}

/** A whole node, composed as the program composes it, whose stages take turns when told to. */
export class CrossingNode {
  readonly tables: Tables;
  readonly life: Life;
  readonly #control = new AbortController();
  readonly #composed: Composed;
  readonly #hands: Hands;
  #runners: readonly Runner[] = [];

  private constructor(tables: Tables, composed: Composed, hands: Hands, life: Life) {
    this.tables = tables;
    this.life = life;
    this.#composed = composed;
    this.#hands = hands;
  }

  /** @throws what the node ends with when it dies at its start; its store is closed then */
  static async start(name: NodeName, life: Life, around: Surroundings): Promise<CrossingNode> {
    const config = configOf(name, `${around.directory}/${name}`, around.config);
    const tables = await openTables(config.directory, around.clock);
    try {
      const hands = new Hands(life, around);
      const ground = groundOf(config, life.within(tables), hands, around);
      const composed = withProver(await composeAll(ground), around);
      const node = new CrossingNode(tables, composed, hands, life);
      await node.#begin();
      return node;
    } catch (error) {
      await tables.close();
      throw error;
    }
  }

  async #begin(): Promise<void> {
    const { signal } = this.#control;
    const startBlock = await reconcile(this.#composed, signal);
    this.#runners = [...feedsOf(this.#composed, startBlock, signal), ...stagesOf(this.#composed)];
  }

  /** One turn of each stage. @returns whether any had work. @throws what a stage halts with */
  async turn(): Promise<boolean> {
    const { ground, shared } = this.#composed;
    const tools = { log: ground.log, metrics: shared.metrics };
    let worked = false;
    for (const runner of this.#runners) {
      this.#hands.stage = runner.name;
      worked = (await runner.turn(tools, this.#control.signal)) === 'worked' || worked;
      this.life.breathe();
    }
    return worked;
  }

  async hear(topic: TopicName, text: string, from: NodeName): Promise<void> {
    this.#hands.stage = 'peers';
    try {
      await receiversOf(this.#composed)[topic]?.(text, from);
    } catch (error) {
      // What does not verify is dropped; a death is not.
      if (isKilled(error)) throw error;
    }
  }

  async close(): Promise<void> {
    this.#control.abort();
    await this.tables.close();
  }
}

/** What a node reaches the chains with: numb when its life is over, and clumsy where the scenario says so. */
class Hands {
  stage = 'start';
  readonly #life: Life;
  readonly #around: Surroundings;

  constructor(life: Life, around: Surroundings) {
    this.#life = life;
    this.#around = around;
  }

  around<Verbs extends object>(verbs: Verbs): Verbs {
    return new Proxy(verbs, {
      get: (target, verb, receiver): unknown => {
        const value: unknown = Reflect.get(target, verb, receiver);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown => {
          this.#life.breathe();
          const fault = this.#around.trouble(this.stage, String(verb));
          if (fault !== undefined) throw fault;
          return Reflect.apply(value, target, args);
        };
      },
    });
  }
}

function groundOf(config: Ground['config'], tables: Tables, hands: Hands, around: Surroundings): Ground {
  const mspId = config.gateway?.mspId;
  const asset = mspId === undefined ? undefined : ({ ...around.asset.verbs(), mspId } as AssetChain);
  const trading = around.trading.verbs() as TradingChain;
  return {
    config,
    tables,
    asset: asset === undefined ? undefined : hands.around(asset),
    trading: hands.around(trading),
    consortium: around.asset.consortium.consortium,
    cards: around.cards,
    log: pino({ level: 'silent' }),
    clock: around.clock,
    metrics: new Metrics(),
    publish: around.publish,
  };
}

function withProver(composed: Composed, { prove }: Surroundings): Composed {
  const { proving } = composed.back;
  if (proving === undefined) return composed;
  const prover = { prove: (_policy: bigint, records: readonly ProofRequest[]) => prove(records), parallel: 1 };
  const modules = { ...proving.modules, prover };
  return { ...composed, back: { ...composed.back, proving: { ...proving, modules } } };
}
