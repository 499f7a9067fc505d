import { bundleToWire } from '@twinspan/sdk';
import type { Bundle, Consortium, TradingChain } from '@twinspan/sdk';
import { pino } from 'pino';
import { chronicle } from '../../src/chronicle/chronicle.ts';
import { EventRing } from '../../src/chronicle/eventRing.ts';
import { recallOf } from '../../src/chains/recall.ts';
import type { SenderChain } from '../../src/chains/submissionModules.ts';
import type { Signer } from '../../src/chains/signer.ts';
import { tendStage } from '../../src/chains/tendStage.ts';
import { Wallet } from '../../src/chains/wallet.ts';
import type { WalletOptions } from '../../src/chains/wallet.ts';
import type { Tables } from '../../src/db/tables.ts';
import { tradingFeed } from '../../src/feeds/tradingFeed.ts';
import type { FeedChain } from '../../src/feeds/tradingFeed.ts';
import { Heads } from '../../src/heads.ts';
import { Lanes } from '../../src/lanes.ts';
import { Metrics } from '../../src/metrics.ts';
import { mintObserver, recallLanes } from '../../src/mint/1-observe.ts';
import { deliverStage, recallDelivery } from '../../src/mint/4-deliver.ts';
import { confirmMintStage } from '../../src/mint/5-confirm.ts';
import { recallRetry, retryStage } from '../../src/mint/6-retry.ts';
import { DeliveryGas } from '../../src/mint/deliveryGas.ts';
import type { MintModules, MintOptions } from '../../src/mint/modules.ts';
import { Pauses } from '../../src/mint/pauses.ts';
import type { Receive } from '../../src/peers/gate.ts';
import { receiveBundle } from '../../src/peers/receivers.ts';
import { runnerOf } from '../../src/pipelines.ts';
import type { Runner } from '../../src/pipelines.ts';

export type CarrierChain = FeedChain & SenderChain & MintModules['trading'] & Pick<TradingChain, 'chainId'>;

export interface CarrierOptions extends WalletOptions {
  readonly node: string;
  readonly carriers: readonly string[];
  readonly carryDelayMs: number;
}

interface Ground {
  readonly trading: CarrierChain;
  readonly tables: Tables;
  readonly signers: readonly Signer[];
  readonly consortium: Consortium;
  readonly clock: () => number;
}

/** A carrier and nothing else: bundles are handed to it, and it has no asset chain. */
export class CarrierNode {
  readonly wallet: Wallet;
  readonly modules: MintModules & { readonly wallet: Wallet };
  readonly metrics = new Metrics();
  readonly #ground: Ground;
  readonly #options: MintOptions;
  readonly #runners: readonly Runner[];
  readonly #receive: Receive;
  readonly #tools = { log: pino({ level: 'silent' }), metrics: this.metrics };
  readonly #control = new AbortController();

  constructor(options: CarrierOptions, ground: Ground) {
    this.#ground = ground;
    this.#options = mintOptions(options, ground.trading);
    const { tables, trading, clock } = ground;
    const recall = recallOf({
      deliver: (jobId, at) => recallDelivery(jobId, at, { tables, trading }),
      retry: (jobId) => recallRetry(jobId, { tables, trading }),
    });
    this.wallet = new Wallet(ground.signers, options, { ...ground, ...this.#tools, recall });
    this.modules = {
      ...ground,
      ...this.#tools,
      wallet: this.wallet,
      lanes: new Lanes(clock),
      heads: new Heads(),
      pauses: new Pauses(tables, clock),
      gas: new DeliveryGas(trading, clock),
      announceBundle: () => undefined,
    };
    this.#receive = receiveBundle(this.#options, this.modules);
    this.#runners = this.#compose();
  }

  async start(): Promise<void> {
    await this.wallet.open();
    await recallLanes(this.modules);
  }

  /** What a peer's bundle does. */
  async adopt(bundle: Bundle): Promise<void> {
    await this.#receive(bundleToWire(bundle), 'b');
  }

  /** Lets every stage work until none has anything to do. @throws whatever a stage halts with */
  async settle(): Promise<void> {
    for (let worked = true; worked;) {
      worked = false;
      for (const runner of this.#runners)
        worked = (await runner.turn(this.#tools, this.#control.signal)) === 'worked' || worked;
    }
  }

  /** Turn after turn, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.run(this.#tools, signal)));
  }

  #compose(): Runner[] {
    const kept = { retention: { epochs: 1_024 }, live: new EventRing(100, this.modules.clock) };
    const observers = [mintObserver(this.#options, this.modules), chronicle({ ...this.modules, ...kept })];
    const feeds = { ...this.modules, ...this.#ground, observers, signal: this.#control.signal };
    return [
      runnerOf(tradingFeed({ pollMs: 100, spanBlocks: 100n }, feeds)),
      runnerOf(deliverStage(this.#options, this.modules)),
      runnerOf(confirmMintStage(this.#options, this.modules)),
      runnerOf(retryStage(this.#options, this.modules)),
      runnerOf(tendStage(this.#options, this.modules)),
    ];
  }
}

function mintOptions({ node, carriers, carryDelayMs }: CarrierOptions, trading: CarrierChain): MintOptions {
  return {
    node,
    carriers,
    tradingChainId: BigInt(trading.chainId),
    bridge: trading.addresses.bridge,
    learnsLanes: true,
    carryDelayMs,
    maxInFlight: 8,
    idleMs: 100,
  };
}
