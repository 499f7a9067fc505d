import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { keccak256, stringToHex } from 'viem';
import { signerOf } from '../../src/chains/signer.ts';
import type { Signer } from '../../src/chains/signer.ts';
import { tendStage } from '../../src/chains/tendStage.ts';
import { Wallet } from '../../src/chains/wallet.ts';
import { recallOf } from '../../src/chains/recall.ts';
import { chronicle } from '../../src/chronicle/chronicle.ts';
import { EventRing } from '../../src/chronicle/eventRing.ts';
import type { Retention } from '../../src/chronicle/retention.ts';
import type { Role } from '../../src/config/roles.ts';
import { openTables } from '../../src/db/tables.ts';
import type { Tables } from '../../src/db/tables.ts';
import type { Writes } from '../../src/db/writes.ts';
import { assetFeed } from '../../src/feeds/assetFeed.ts';
import { tradingFeed } from '../../src/feeds/tradingFeed.ts';
import { Heads } from '../../src/heads.ts';
import { Lanes } from '../../src/lanes.ts';
import { Metrics } from '../../src/metrics.ts';
import { mintObserver, recallLanes } from '../../src/mint/1-observe.ts';
import { reconcileLanes, sealObserver } from '../../src/mint/1-observeSeals.ts';
import { sealStage } from '../../src/mint/2-seal.ts';
import { endorseStage } from '../../src/mint/3-endorse.ts';
import { deliverStage, recallDelivery } from '../../src/mint/4-deliver.ts';
import { confirmMintStage } from '../../src/mint/5-confirm.ts';
import type { GatewayModules, GatewayOptions } from '../../src/mint/modules.ts';
import { DeliveryGas } from '../../src/mint/deliveryGas.ts';
import { SealTurns } from '../../src/mint/sealTurns.ts';
import { Pauses } from '../../src/mint/pauses.ts';
import { SealDesk } from '../../src/mint/sealDesk.ts';
import { takeTurn } from '../../src/stage.ts';
import type { Outcome, Stage } from '../../src/stage.ts';
import type { MemoryAsset } from './memoryAsset.ts';
import { BRIDGE } from './memoryBridge.ts';
import { TRADING_CHAIN_ID } from './memoryTrading.ts';
import type { MemoryTrading } from './memoryTrading.ts';

export interface NodeOptions {
  readonly node: string;
  readonly mspId: string;
  /** All nodes that are said to exist; default: this one. */
  readonly nodes?: readonly string[];
  /** Nodes of its org that seal; default: this one. */
  readonly sealers?: readonly string[];
  readonly clock: () => number;
  readonly directory?: string;
  /** Messages that make an epoch full; default 256. */
  readonly epochMessages?: number;
  /** Epochs sealed and not delivered; default 16. */
  readonly maxUndelivered?: number;
  /** Signer keys; default 1. */
  readonly keys?: number;
  /** Present: it keeps a chronicle. */
  readonly retention?: Retention;
  /** Default: gateway and carrier. */
  readonly roles?: readonly Role[];
  /** Called around every batch: throwing in it is a crash at that point. */
  readonly atCommit?: (when: 'before' | 'after') => void;
}

/** How long a transaction may wait before it is outbid. */
const STUCK_MS = 60_000;

/** Keys that follow from the node's name. */
export function keysOf({ node, keys = 1 }: Pick<NodeOptions, 'node' | 'keys'>): Signer[] {
  return Array.from({ length: keys }, (_, place) =>
    signerOf(keccak256(stringToHex(`${node}/${place}`)), Number(TRADING_CHAIN_ID)),
  );
}

type AnyStage = () => Promise<Outcome>;

/** A relayer node without peers and loops: stages take turns when told to. */
export class MemoryNode {
  readonly directory: string;
  readonly tables: Tables;
  readonly options: GatewayOptions;
  readonly modules: GatewayModules;
  readonly bundles: string[] = [];
  readonly #control = new AbortController();
  readonly #stages: AnyStage[];

  private constructor(options: NodeOptions, tables: Tables, chains: { asset: MemoryAsset; trading: MemoryTrading }) {
    this.directory = options.directory ?? '';
    this.tables = tables;
    this.options = mintOptions(options);
    const asset = chains.asset.verbs();
    const trading = chains.trading.verbs();
    const { clock } = options;
    const log = pino({ level: 'silent' });
    const metrics = new Metrics();
    const recall = recallOf({ deliver: (jobId, at) => recallDelivery(jobId, at, { tables, trading }) });
    const fees = { maxFeePerGas: 1_000n, stuckMs: STUCK_MS };
    const wallet = new Wallet(keysOf(options), fees, { trading, tables, recall, metrics, log, clock });
    const shared = {
      asset,
      trading,
      tables,
      lanes: new Lanes(clock),
      heads: new Heads(),
      metrics,
      log,
      clock,
      wallet,
    };
    this.modules = {
      ...shared,
      desk: new SealDesk(asset, clock),
      turns: new SealTurns(this.options, clock),
      pauses: new Pauses(tables, clock),
      gas: new DeliveryGas(trading, clock),
      consortium: chains.asset.consortium.consortium,
      announceBundle: (wire) => {
        this.bundles.push(wire);
      },
    };
    this.#stages = this.#compose(options, { ...this.modules, ...shared });
  }

  static async start(options: NodeOptions, asset: MemoryAsset, trading: MemoryTrading): Promise<MemoryNode> {
    const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'twinspan-node-'));
    const tables = await openTables(directory, options.clock);
    const crashing = options.atCommit === undefined ? tables : withCrashes(tables, options.atCommit);
    const node = new MemoryNode({ ...options, directory }, crashing, { asset, trading });
    try {
      await node.modules.wallet?.open();
      if (node.options.learnsLanes) await recallLanes(node.modules);
      else await reconcileLanes(node.options, node.modules);
      return node;
    } catch (error) {
      await node.close();
      throw error;
    }
  }

  /** Lets every stage work until none has anything to do. @throws whatever a stage halts with */
  async settle(): Promise<void> {
    for (let idle = 0; idle < 3;) {
      let worked = false;
      for (const stage of this.#stages) worked = (await stage()) === 'worked' || worked;
      // Streams and queues hand over in microtasks: a short rest before the next look.
      await new Promise((resolve) => setImmediate(resolve));
      idle = worked ? 0 : idle + 1;
    }
  }

  async close(): Promise<void> {
    this.#control.abort();
    await this.tables.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.directory, { recursive: true });
  }

  #compose(options: NodeOptions, modules: CarrierModules): AnyStage[] {
    const mint = mintOptions(options);
    const { desk, turns } = this.modules;
    const gateway = { ...modules, desk, turns };
    const observers = [...(mint.learnsLanes ? [] : [sealObserver(mint, gateway)]), mintObserver(mint, modules)];
    const { signal } = this.#control;
    const { retention, clock } = options;
    if (retention !== undefined) {
      observers.push(chronicle({ ...modules, retention, live: new EventRing(100, clock) }));
    }
    const feeds = { ...modules, observers, signal };
    const { epochMessages = 256, maxUndelivered = 16 } = options;
    const terms = { gatherMs: 1_000, stateAgeMs: 1_000, maxInFlight: maxUndelivered, epochMessages };
    const turn =
      <Job>(stage: Stage<Job>): AnyStage =>
      () =>
        takeTurn(stage, modules, signal);
    const gatewayStages = [
      turn(assetFeed(0n, feeds)),
      turn(sealStage({ mspId: options.mspId, terms, idleMs: 1 }, gateway)),
      turn(endorseStage(mint, gateway)),
    ];
    const carries = options.roles?.includes('carrier') !== false;
    return [
      ...(mint.learnsLanes ? [] : gatewayStages),
      turn(tradingFeed({ pollMs: 1, spanBlocks: 100n }, feeds)),
      ...(carries ? [turn(deliverStage(mint, modules))] : []),
      turn(confirmMintStage(mint, modules)),
      turn(tendStage(mint, modules)),
    ];
  }
}

type CarrierModules = GatewayModules & {
  readonly wallet: Wallet;
  readonly asset: ReturnType<MemoryAsset['verbs']>;
  readonly trading: ReturnType<MemoryTrading['verbs']>;
};

function mintOptions({ node, nodes = [node], sealers = [node], mspId, roles }: NodeOptions): GatewayOptions {
  return {
    node,
    gateways: nodes,
    carriers: nodes,
    sealers,
    mspId,
    learnsLanes: roles?.includes('gateway') === false,
    tradingChainId: TRADING_CHAIN_ID,
    bridge: BRIDGE,
    endorsementsNeeded: 2,
    sealDelayMs: 3_000,
    endorseDelayMs: 1_000,
    carryDelayMs: 5_000,
    maxInFlight: 8,
    idleMs: 1,
  };
}

function withCrashes(tables: Tables, atCommit: (when: 'before' | 'after') => void): Tables {
  return {
    ...tables,
    writes: (point): Writes => {
      const writes = tables.writes(point);
      const commit = writes.commit.bind(writes);
      writes.commit = async () => {
        atCommit('before');
        await commit();
        atCommit('after');
      };
      return writes;
    },
  };
}
