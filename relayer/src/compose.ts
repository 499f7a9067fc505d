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
import type { Metrics } from './metrics.ts';
import { recallDelivery } from './mint/4-deliver.ts';
import { recallRetry } from './mint/6-retry.ts';
import type { GatewayModules, GatewayOptions, MintModules, MintOptions } from './mint/modules.ts';
import { DeliveryGas } from './mint/deliveryGas.ts';
import { Pauses } from './mint/pauses.ts';
import { SealDesk } from './mint/sealDesk.ts';
import { SealTurns } from './mint/sealTurns.ts';
import type { CarryModules, CarryOptions, CarryTurns, ProveModules, ProveOptions } from './back/modules.ts';
import { nodesWith } from './peers/cards.ts';
import type { Card } from './peers/card.ts';
import type { TopicName } from './peers/topics.ts';
import { rankOf } from './rank.ts';
import { openProver } from './prover/openProver.ts';
import type { Prover } from './prover/prover.ts';
import { Attestations } from './release/attestations.ts';
import { attestorsByCards, attestorsInForce } from './release/knownAttestors.ts';
import type { ReleaseModules, ReleaseOptions, ReleasingModules } from './release/modules.ts';
import { OutboxBook } from './release/outboxBook.ts';
import { SupplyBook } from './supplyBook.ts';

/** How often a stage looks even if nothing rang: the net under a missed ring. */
const IDLE_MS = 250;
/** Events that a watcher whose line broke can still get. */
const LIVE_EVENTS = 1_000;

/** What is open before anything is composed. */
export interface Ground {
  readonly config: Config;
  readonly metrics: Metrics;
  readonly tables: Tables;
  /** With the role gateway alone. */
  readonly asset: AssetChain | undefined;
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
  const { metrics, tables, clock } = ground;
  const wallet = walletOf(ground);
  await wallet?.open();
  const pauses = new Pauses(tables, clock);
  await pauses.open();
  const live = new EventRing(LIVE_EVENTS, clock);
  const watched = { pauses, live, lastFaults: new LastFaults(), supplies: new SupplyBook(ground) };
  return { metrics, heads: new Heads(), lanes: new Lanes(clock), wallet, ...watched };
}

/** undefined on a node that carries nothing. */
function walletOf({ config: { carrier }, ...ground }: Ground): Wallet | undefined {
  if (carrier === undefined) return undefined;
  const signers = carrier.keyFiles.map((keyFile) => signerOf(readKey(keyFile), ground.trading.chainId));
  const recall = recallOf({
    deliver: (jobId, at) => recallDelivery(jobId, at, ground),
    retry: (jobId) => recallRetry(jobId, ground),
    prove: (jobId) => recallProof(jobId, ground),
  });
  return new Wallet(signers, carrier, { ...ground, recall });
}

export interface ComposedMint {
  readonly options: MintOptions;
  readonly modules: MintModules;
  /** With the role gateway alone. */
  readonly gateway: { readonly options: GatewayOptions; readonly modules: GatewayModules } | undefined;
}

/** undefined on a node that neither seals nor carries. */
export function composeMint(ground: Ground, shared: Shared): ComposedMint | undefined {
  const { config, asset, trading } = ground;
  if (asset === undefined && shared.wallet === undefined) return undefined;
  const { carryDelayMs, maxInFlight } = config.mint;
  const options = {
    node: config.node,
    carriers: turnsOf('carrier', ground),
    ...bridgeOf(trading),
    carryDelayMs,
    maxInFlight,
    learnsLanes: asset === undefined,
    idleMs: IDLE_MS,
  };
  const modules = {
    ...ground,
    ...shared,
    gas: new DeliveryGas(trading, ground.clock),
    announceBundle: (wire: string) => {
      ground.publish('bundles', wire);
    },
  };
  return { options, modules, gateway: composeGateway(ground, options, modules) };
}

function composeGateway(ground: Ground, options: MintOptions, modules: MintModules): ComposedMint['gateway'] {
  const { config, asset, consortium, clock } = ground;
  if (asset === undefined) return undefined;
  const { sealDelayMs, endorseDelayMs } = config.mint;
  const gateway = {
    ...options,
    mspId: asset.mspId,
    gateways: turnsOf('gateway', ground),
    sealers: ownNodesWith('gateway', ground),
    endorsementsNeeded: consortium.threshold,
    sealDelayMs,
    endorseDelayMs,
  };
  const turns = new SealTurns(gateway, clock);
  return { options: gateway, modules: { ...modules, asset, desk: new SealDesk(asset, clock), turns } };
}

export interface ComposedBack {
  /** With the role prover alone. */
  readonly proving:
    { readonly options: ProveOptions; readonly modules: ProveModules; readonly prover: Prover } | undefined;
  /** With the role carrier alone. */
  readonly carrying: { readonly options: CarryOptions; readonly modules: CarryModules } | undefined;
}

export function composeBack(ground: Ground, shared: Shared): ComposedBack {
  const { config } = ground;
  const { wallet } = shared;
  const turns = {
    node: config.node,
    carriers: turnsOf('carrier', ground),
    carryDelayMs: config.mint.carryDelayMs,
  };
  if (wallet === undefined) return { proving: composeProving(ground, shared, undefined), carrying: undefined };
  return {
    proving: composeProving(ground, shared, turns),
    carrying: { options: { turns, idleMs: IDLE_MS }, modules: { ...ground, ...shared, wallet } },
  };
}

function composeProving(ground: Ground, shared: Shared, turns: CarryTurns | undefined): ComposedBack['proving'] {
  const { config, asset, log } = ground;
  if (config.prover === undefined || asset === undefined) return undefined;
  const prover = openProver(config.prover, { node: config.node, metrics: shared.metrics, log });
  const { batchFrom, proveDelayMs, ...times } = config.back;
  const leaveForMs = rankOf(config.node, ownNodesWith('prover', ground), 'prove') * proveDelayMs;
  const announceProof = (wire: string): void => {
    ground.publish('proofs', wire);
  };
  return {
    options: { mspId: asset.mspId, times, batchFrom, leaveForMs, turns, idleMs: IDLE_MS },
    modules: { ...ground, ...shared, asset, prover, announceProof },
    prover,
  };
}

export interface ComposedRelease {
  readonly options: ReleaseOptions;
  readonly modules: ReleaseModules;
  readonly book: OutboxBook;
  /** With the role gateway alone. */
  readonly releasing: ReleasingModules | undefined;
}

/** undefined on a node that neither attests nor releases. */
export async function composeRelease(ground: Ground, shared: Shared): Promise<ComposedRelease | undefined> {
  const { config, tables, trading, asset, cards, clock } = ground;
  if (asset === undefined && config.attestor === undefined) return undefined;
  const attestations = new Attestations(tables, bridgeOf(trading));
  await attestations.open();
  const book = new OutboxBook(tables, shared.metrics);
  await book.open();
  const modules = {
    ...ground,
    ...shared,
    attestations,
    attestors: asset === undefined ? attestorsByCards(cards) : attestorsInForce(asset, clock),
    releasedThrough: releasedThroughOf(ground),
    announceAttestation: (wire: string) => {
      ground.publish('attestations', wire);
    },
  };
  const releasing = asset === undefined ? undefined : { ...modules, asset };
  return { options: releaseOptionsOf(ground), modules, book, releasing };
}

function releaseOptionsOf(ground: Ground): ReleaseOptions {
  const { config, trading, asset } = ground;
  const { checkpointEveryBlocks, checkpointAgainBlocks, releaseDelayMs } = config.release;
  return {
    ...bridgeOf(trading),
    attestorKey: config.attestor === undefined ? undefined : readKey(config.attestor.keyFile),
    checkpoints: { everyBlocks: BigInt(checkpointEveryBlocks), againBlocks: BigInt(checkpointAgainBlocks) },
    turns:
      asset === undefined ? undefined : { node: config.node, gateways: turnsOf('gateway', ground), releaseDelayMs },
    idleMs: IDLE_MS,
  };
}

/** The own peer's word, or without one what the bridge has acknowledged in an epoch that the consortium endorsed. */
function releasedThroughOf({ asset, trading }: Ground): ReleaseModules['releasedThrough'] {
  return async (laneId) => (await (asset?.laneOutbox(laneId) ?? trading.bridgeLane(laneId))).releasedThrough;
}

/** The nodes among which a role's turns are drawn. */
function turnsOf(role: Role, { config, cards }: Ground): readonly string[] {
  return nodesWith(role, cards, { node: config.node, roles: rolesOf(config) });
}

/** Among the operator's own nodes; its gateways are all clients of its org. */
function ownNodesWith(role: Role, ground: Ground): readonly string[] {
  const { operator } = ground.config;
  return turnsOf(role, { ...ground, cards: ground.cards.filter((card) => card.operator === operator) });
}

function bridgeOf({ chainId, addresses }: TradingChain): { tradingChainId: bigint; bridge: Hex } {
  return { tradingChainId: BigInt(chainId), bridge: addresses.bridge };
}
