import { assetFeed } from './feeds/assetFeed.ts';
import { tradingFeed } from './feeds/tradingFeed.ts';
import { backObserver } from './back/1-observe.ts';
import { proveStage } from './back/2-prove.ts';
import { submitProofStage } from './back/3-submit.ts';
import { confirmProofStage } from './back/4-confirm.ts';
import { tendStage } from './chains/tendStage.ts';
import { chronicle } from './chronicle/chronicle.ts';
import { composeBack, composeMint, composeRelease, composeShared } from './compose.ts';
import type { Ground, Shared } from './compose.ts';
import { mintObserver } from './mint/1-observe.ts';
import { sealStage } from './mint/2-seal.ts';
import { endorseStage } from './mint/3-endorse.ts';
import { SealTurns } from './mint/sealTurns.ts';
import { deliverStage } from './mint/4-deliver.ts';
import { confirmMintStage } from './mint/5-confirm.ts';
import { retryStage } from './mint/6-retry.ts';
import { releaseObserver } from './release/1-observe.ts';
import { attestStage } from './release/2-attest.ts';
import { releaseStage } from './release/3-release.ts';
import { confirmReleaseStage } from './release/4-confirm.ts';
import { runStage, takeTurn } from './stage.ts';
import type { Outcome, Stage, StageTools } from './stage.ts';
import { supplyAudit } from './supplyAudit.ts';

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
  return [...mintStages(composed), ...backStages(composed), ...releaseStages(composed), runnerOf(audit)];
}

/** The two feeds, which bring what happened to every pipeline. */
export function feedsOf(composed: Composed, startBlock: bigint, signal: AbortSignal): Runner[] {
  const { ground, shared, mint, back, release } = composed;
  const { pollMs, spanBlocks } = ground.config.trading;
  const observers = [
    mintObserver(mint.options, mint.modules),
    ...(back === undefined ? [] : [backObserver(back.options, back.modules)]),
    releaseObserver(release.options, release.modules, release.book),
    chronicle({ ...ground, ...shared }),
  ];
  const modules = { ...ground, ...shared, observers, signal };
  return [
    runnerOf(assetFeed(startBlock, modules)),
    runnerOf(tradingFeed({ pollMs, spanBlocks: BigInt(spanBlocks) }, modules)),
  ];
}

function mintStages({ ground, mint: { options, modules } }: Composed): Runner[] {
  const { gatherMs, stateAgeMs, maxUndelivered, sealStopsAfterMs } = ground.config.mint;
  const { mspId, idleMs } = options;
  const times = { gatherMs, stateAgeMs, maxInFlight: maxUndelivered };
  const { wallet } = modules;
  const carrying = wallet === undefined ? undefined : { ...modules, wallet };
  const turns = new SealTurns(options, modules.clock);
  const sealing = { ...modules, turns, asset: ground.asset };
  return [
    runnerOf(sealStage({ mspId, times, sealStopsAfterMs, idleMs }, sealing)),
    runnerOf(endorseStage(options, modules)),
    ...(carrying === undefined ? [] : [runnerOf(deliverStage(options, carrying))]),
    runnerOf(confirmMintStage(options, modules)),
    ...(carrying === undefined
      ? []
      : [runnerOf(retryStage(options, carrying)), runnerOf(tendStage(options, carrying))]),
  ];
}

function backStages({ back }: Composed): Runner[] {
  if (back === undefined) return [];
  const { options, modules } = back;
  return [
    runnerOf(proveStage(options, modules)),
    runnerOf(submitProofStage(options, modules)),
    runnerOf(confirmProofStage(options, modules)),
  ];
}

function releaseStages({ release: { options, modules, book } }: Composed): Runner[] {
  const { attestorKey } = options;
  return [
    ...(attestorKey === undefined ? [] : [runnerOf(attestStage({ ...options, attestorKey }, modules))]),
    runnerOf(releaseStage(options, modules)),
    runnerOf(confirmReleaseStage(options, modules, book)),
  ];
}
