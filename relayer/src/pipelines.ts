import { assetFeed } from './feeds/assetFeed.ts';
import { tradingFeed } from './feeds/tradingFeed.ts';
import { backObserver } from './back/1-observe.ts';
import type { Receive } from './peers/gate.ts';
import { receiveAttestations, receiveBundle, receiveProof } from './peers/receivers.ts';
import type { TopicName } from './peers/topics.ts';
import { proveStage } from './back/2-prove.ts';
import { announceProofStage } from './back/3-announce.ts';
import { submitProofStage } from './back/3-submit.ts';
import { confirmProofStage } from './back/4-confirm.ts';
import { tendStage } from './chains/tendStage.ts';
import { chronicle } from './chronicle/chronicle.ts';
import { composeBack, composeMint, composeRelease, composeShared } from './compose.ts';
import type { ComposedMint, Ground, Shared } from './compose.ts';
import { mintObserver } from './mint/1-observe.ts';
import { sealObserver } from './mint/1-observeSeals.ts';
import { sealStage } from './mint/2-seal.ts';
import { endorseStage } from './mint/3-endorse.ts';
import { deliverStage } from './mint/4-deliver.ts';
import { confirmMintStage } from './mint/5-confirm.ts';
import { retryStage } from './mint/6-retry.ts';
import type { Observer } from './observer.ts';
import { releaseObserver } from './release/1-observe.ts';
import { attestStage } from './release/2-attest.ts';
import { releaseStage } from './release/3-release.ts';
import { confirmReleaseStage } from './release/4-confirm.ts';
import { runStage, takeTurn } from './stage.ts';
import type { Outcome, Stage, StageTools } from './stage.ts';
import { storeWatch } from './storeWatch.ts';
import { supplyAudit } from './supplyAudit.ts';

const STORE_LOOK_MS = 60_000;

export interface Composed {
  readonly ground: Ground;
  readonly shared: Shared;
  readonly mint: ReturnType<typeof composeMint>;
  readonly back: ReturnType<typeof composeBack>;
  readonly release: Awaited<ReturnType<typeof composeRelease>>;
}

export async function composeAll(ground: Ground): Promise<Composed> {
  const shared = await composeShared(ground);
  const [mint, back] = [composeMint(ground, shared), composeBack(ground, shared)];
  return { ground, shared, mint, back, release: await composeRelease(ground, shared) };
}

/** A stage whose jobs nobody outside has to know. */
export interface Runner {
  readonly name: string;
  /** Turn after turn, until the signal aborts. */
  run(tools: StageTools, signal: AbortSignal): Promise<void>;
  turn(tools: StageTools, signal: AbortSignal): Promise<Outcome>;
}

export function runnerOf<Job>(stage: Stage<Job>): Runner {
  return {
    name: stage.name,
    run: (tools, signal) => runStage(stage, tools, signal),
    turn: (tools, signal) => takeTurn(stage, tools, signal),
  };
}

/** Every stage of this node, by its roles. */
export function stagesOf(composed: Composed): Runner[] {
  const { ground, shared } = composed;
  const audit = supplyAudit({ everyMs: ground.config.audit.everyMs }, { ...ground, ...shared });
  const watch = storeWatch({ everyMs: STORE_LOOK_MS, directory: ground.config.directory }, { ...ground, ...shared });
  const looks = [runnerOf(audit), runnerOf(watch)];
  return [...mintStages(composed), ...backStages(composed), ...releaseStages(composed), ...looks];
}

/** What is done with each kind of item that peers send; a kind that this node has no use for it does not hear. */
export function receiversOf({
  shared,
  mint,
  back: { carrying },
  release,
}: Composed): Partial<Record<TopicName, Receive>> {
  return {
    ...(mint === undefined ? {} : { bundles: receiveBundle(mint.options, mint.modules) }),
    ...(release === undefined ? {} : { attestations: receiveAttestations(release.modules, () => shared.heads.latest) }),
    ...(carrying === undefined ? {} : { proofs: receiveProof(carrying.options, carrying.modules) }),
  };
}

/** The feeds, which bring what happened to every pipeline. @param startBlock of the asset chain; absent without a gateway */
export function feedsOf(composed: Composed, startBlock: bigint | undefined, signal: AbortSignal): Runner[] {
  const { ground, shared } = composed;
  const { pollMs, spanBlocks } = ground.config.trading;
  const modules = { ...ground, ...shared, observers: observersOf(composed), signal };
  const { asset } = ground;
  return [
    ...(asset === undefined || startBlock === undefined
      ? []
      : [runnerOf(assetFeed(startBlock, { ...modules, asset }))]),
    runnerOf(tradingFeed({ pollMs, spanBlocks: BigInt(spanBlocks) }, modules)),
  ];
}

function observersOf({ ground, shared, mint, back: { proving }, release }: Composed): Observer[] {
  return [
    ...(mint?.gateway === undefined ? [] : [sealObserver(mint.gateway.options, mint.gateway.modules)]),
    ...(mint === undefined ? [] : [mintObserver(mint.options, mint.modules)]),
    ...(proving === undefined ? [] : [backObserver(proving.options, proving.modules)]),
    ...(release === undefined ? [] : [releaseObserver(release.options, release.modules, release.book)]),
    chronicle({ ...ground, ...shared, retention: ground.config.retention }),
  ];
}

function mintStages({ ground, mint }: Composed): Runner[] {
  if (mint === undefined) return [];
  const { options, modules, gateway } = mint;
  const { wallet } = modules;
  const carrying = wallet === undefined ? undefined : { ...modules, wallet };
  return [
    ...(gateway === undefined ? [] : gatewayStages(ground, gateway)),
    ...(carrying === undefined ? [] : [runnerOf(deliverStage(options, carrying))]),
    runnerOf(confirmMintStage(options, modules)),
    ...(carrying === undefined
      ? []
      : [runnerOf(retryStage(options, carrying)), runnerOf(tendStage(options, carrying))]),
  ];
}

function gatewayStages(ground: Ground, { options, modules }: NonNullable<ComposedMint['gateway']>): Runner[] {
  const { gatherMs, stateAgeMs, epochMessages, maxUndelivered, sealStopsAfterMs } = ground.config.mint;
  const { mspId, idleMs } = options;
  const terms = { gatherMs, stateAgeMs, epochMessages, maxInFlight: maxUndelivered };
  return [
    runnerOf(sealStage({ mspId, terms, sealStopsAfterMs, idleMs }, modules)),
    runnerOf(endorseStage(options, modules)),
  ];
}

function backStages({ back: { proving, carrying } }: Composed): Runner[] {
  const proves = proving === undefined ? [] : [runnerOf(proveStage(proving.options, proving.modules))];
  if (carrying === undefined) {
    return proving === undefined ? [] : [...proves, runnerOf(announceProofStage(proving.options, proving.modules))];
  }
  const { options, modules } = carrying;
  return [...proves, runnerOf(submitProofStage(options, modules)), runnerOf(confirmProofStage(options, modules))];
}

function releaseStages({ release }: Composed): Runner[] {
  if (release === undefined) return [];
  const { options, modules, book, releasing } = release;
  const { attestorKey } = options;
  return [
    ...(attestorKey === undefined ? [] : [runnerOf(attestStage({ ...options, attestorKey }, modules))]),
    ...(releasing === undefined ? [] : [runnerOf(releaseStage(options, releasing, book))]),
    runnerOf(confirmReleaseStage(options, modules, book)),
  ];
}
