import type { Hex } from '@twinspan/protocol';
import type { AssetChain, Consortium, TradingChain } from '@twinspan/sdk';
import type { Logger } from 'pino';
import { recallProof } from './back/3-submit.ts';
import { recallOf } from './chains/recall.ts';
import { signerOf } from './chains/signer.ts';
import { Wallet } from './chains/wallet.ts';
import { LastFaults } from './chronicle/attempts.ts';
import { EventRing } from './chronicle/eventRing.ts';
import { rolesOf } from './config/roles.ts';
import type { Role } from './config/roles.ts';
import type { Config } from './config/schema.ts';
import { readKey } from './config/secrets.ts';
import type { Tables } from './db/tables.ts';
import { Heads } from './heads.ts';
import { Lanes } from './lanes.ts';
import { Metrics } from './metrics.ts';
import { recallDelivery } from './mint/4-deliver.ts';
import { recallRetry } from './mint/6-retry.ts';
import type { MintModules, MintOptions } from './mint/modules.ts';
import { DeliveryGas } from './mint/deliveryGas.ts';
import { Pauses } from './mint/pauses.ts';
import { SealDesk } from './mint/sealDesk.ts';
import type { BackModules, BackOptions } from './back/modules.ts';
import { nodesWith } from './peers/cards.ts';
import type { Card } from './peers/card.ts';
import type { TopicName } from './peers/topics.ts';
import { Prover } from './prover.ts';
import { Attestations } from './release/attestations.ts';
import type { ReleaseModules, ReleaseOptions } from './release/modules.ts';
import { OutboxBook } from './release/outboxBook.ts';
import { SupplyBook } from './supplyBook.ts';

/** How often a stage looks even if nothing rang: the net under a missed ring. */
const IDLE_MS = 250;
/** Events that a watcher whose line broke can still get. */
const LIVE_EVENTS = 1_000;

/** What is open before anything is composed. */
export interface Ground {
  readonly config: Config;
  readonly tables: Tables;
  readonly asset: AssetChain;
  readonly trading: TradingChain;
  readonly consortium: Consortium;
  /** Of all nodes; the own one may be among them. */
  readonly cards: readonly Card[];
  readonly log: Logger;
  readonly clock: () => number;
  readonly publish: (topic: TopicName, text: string) => void;
}

/** What the pipelines share. */
export interface Shared {
  readonly metrics: Metrics;
  readonly heads: Heads;
  readonly lanes: Lanes;
  readonly wallet: Wallet | undefined;
  readonly pauses: Pauses;
  readonly live: EventRing;
  readonly lastFaults: LastFaults;
  readonly supplies: SupplyBook;
}

export async function composeShared(ground: Ground): Promise<Shared> {
  const { tables, clock } = ground;
  const metrics = new Metrics();
  const wallet = walletOf(ground, metrics);
  await wallet?.open();
  const pauses = new Pauses(tables, clock);
  await pauses.open();
  const live = new EventRing(LIVE_EVENTS, clock);
  const watched = { pauses, live, lastFaults: new LastFaults(), supplies: new SupplyBook(ground) };
  return { metrics, heads: new Heads(), lanes: new Lanes(clock), wallet, ...watched };
}

/** undefined on a node that carries nothing. */
function walletOf({ config: { carrier }, ...ground }: Ground, metrics: Metrics): Wallet | undefined {
  if (carrier === undefined) return undefined;
  const signers = carrier.keyFiles.map((keyFile) => signerOf(readKey(keyFile), ground.trading.chainId));
  const recall = recallOf({
    deliver: (jobId) => recallDelivery(jobId, ground),
    retry: (jobId) => recallRetry(jobId, ground),
    prove: (jobId) => recallProof(jobId, ground),
  });
  return new Wallet(signers, carrier, { ...ground, metrics, recall });
}

export function composeMint(ground: Ground, shared: Shared): { options: MintOptions; modules: MintModules } {
  const { config, asset, trading, consortium } = ground;
  const { sealDelayMs, endorseDelayMs, carryDelayMs, maxInFlight } = config.mint;
  return {
    options: {
      node: config.node,
      gateways: turnsOf('gateway', ground),
      carriers: turnsOf('carrier', ground),
      sealers: sealersOf(ground),
      mspId: mspIdOf(config),
      ...bridgeOf(trading),
      endorsementsNeeded: consortium.threshold,
      sealDelayMs,
      endorseDelayMs,
      carryDelayMs,
      maxInFlight,
      idleMs: IDLE_MS,
    },
    modules: {
      ...ground,
      ...shared,
      desk: new SealDesk(asset, ground.clock),
      gas: new DeliveryGas(trading, ground.clock),
      announceBundle: (wire) => {
        ground.publish('bundles', wire);
      },
    },
  };
}

/** undefined on a node without a prover or a carrier. */
export function composeBack(
  ground: Ground,
  shared: Shared,
): { options: BackOptions; modules: BackModules; prover: Prover } | undefined {
  const { config, log } = ground;
  const { wallet } = shared;
  if (config.prover === undefined || wallet === undefined) return undefined;
  const prover = new Prover(config.prover, log);
  const { batchFrom, ...times } = config.back;
  return {
    options: { mspId: mspIdOf(config), times, batchFrom, idleMs: IDLE_MS },
    modules: { ...ground, ...shared, wallet, prover },
    prover,
  };
}

export async function composeRelease(
  ground: Ground,
  shared: Shared,
): Promise<{ options: ReleaseOptions; modules: ReleaseModules; book: OutboxBook }> {
  const { config, tables, trading } = ground;
  const attestations = new Attestations(tables, bridgeOf(trading));
  await attestations.open();
  const book = new OutboxBook(tables, shared.metrics);
  await book.open();
  const { checkpointEveryBlocks, checkpointAgainBlocks, releaseDelayMs } = config.release;
  return {
    options: {
      node: config.node,
      gateways: turnsOf('gateway', ground),
      ...bridgeOf(trading),
      attestorKey: config.attestor === undefined ? undefined : readKey(config.attestor.keyFile),
      checkpoints: { everyBlocks: BigInt(checkpointEveryBlocks), againBlocks: BigInt(checkpointAgainBlocks) },
      releaseDelayMs,
      idleMs: IDLE_MS,
    },
    modules: {
      ...ground,
      ...shared,
      attestations,
      announceAttestation: (wire) => {
        ground.publish('attestations', wire);
      },
    },
    book,
  };
}

/** The nodes among which a role's turns are drawn. */
function turnsOf(role: Role, { config, cards }: Ground): readonly string[] {
  return nodesWith(role, cards, { node: config.node, roles: rolesOf(config) });
}

/** An operator's gateways are clients of the same org. */
function sealersOf(ground: Ground): readonly string[] {
  const { config } = ground;
  return turnsOf('gateway', { ...ground, cards: ground.cards.filter(({ operator }) => operator === config.operator) });
}

function mspIdOf({ gateway }: Config): string {
  return gateway?.mspId ?? '';
}

function bridgeOf({ chainId, addresses }: TradingChain): { tradingChainId: bigint; bridge: Hex } {
  return { tradingChainId: BigInt(chainId), bridge: addresses.bridge };
}
