import type { Fault } from '@twinspan/protocol';
import { plainError } from '@twinspan/sdk';
import type { Logger } from 'pino';
import { asFault } from './asFault.ts';
import type { Attempt, WatchAttempt } from './chronicle/attempts.ts';
import type { Metrics } from './metrics.ts';
import { retryWaitMs } from './retrySchedule.ts';
import type { Wake } from './wake.ts';

/** One step of a transfer's life: takes the oldest due job, works on it, says what became of it. */
export interface Stage<Job> {
  readonly name: string;
  /** Rung when something may have become due. */
  readonly wake: Wake;
  /** Longest sleep, in milliseconds, when nothing is due. */
  readonly idleMs: number;
  /** Jobs worked on at once, in which case `next` must not give one twice; one when absent. */
  readonly width?: number;
  /** The job to work on now; undefined when none is due. */
  next(): Promise<Job | undefined>;
  run(job: Job, signal: AbortSignal): Promise<void>;
  /** Writes the attempt and the time before which it is not tried again, so that a restart keeps the wait. */
  postpone(job: Job, fault: Fault): Promise<void>;
  /** Sets the job aside until a human or a change outside brings it back. */
  park(job: Job, fault: Fault): Promise<void>;
  /** Names the transfer in log lines. */
  transferId(job: Job): string;
  /** How long until a known job falls due, in milliseconds; undefined when none is known. */
  dueInMs?(): number | undefined;
  /** Jobs waiting and the age of the oldest in seconds, for the gauges. */
  load?(): { readonly length: number; readonly parked: number; readonly oldestSeconds: number };
}

export interface StageTools {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Told of every attempt. */
  readonly watch?: WatchAttempt | undefined;
}

/**
 * The only loop of the relayer. The fault decides what becomes of a job that failed.
 * @throws Fault when its remedy is `halt`
 */
export async function runStage<Job>(stage: Stage<Job>, tools: StageTools, signal: AbortSignal): Promise<void> {
  const loops = Array.from({ length: stage.width ?? 1 }, () => loop(stage, tools, signal));
  await Promise.all(loops);
}

async function loop<Job>(stage: Stage<Job>, tools: StageTools, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    tools.metrics.stageTurn(stage.name, stage.load?.());
    const outcome = await takeTurn(stage, tools, signal);
    failures = outcome === 'unreadable' ? failures + 1 : 0;
    if (outcome === 'worked') continue;
    const idleMs = outcome === 'idle' ? sleepMs(stage) : retryWaitMs(failures, Math.random());
    await stage.wake.wait(idleMs, signal);
  }
}

export type Outcome = 'worked' | 'idle' | 'unreadable';

/** Asks the stage for one job and works on it. @throws Fault when its remedy is `halt` */
export async function takeTurn<Job>(stage: Stage<Job>, tools: StageTools, signal: AbortSignal): Promise<Outcome> {
  let job: Job | undefined;
  try {
    job = await stage.next();
  } catch (error) {
    if (signal.aborted) return 'idle';
    const fault = asFault(error);
    report(stage.name, undefined, fault, tools);
    if (fault.remedy === 'halt') throw fault;
    return 'unreadable';
  }
  if (job === undefined) return 'idle';
  await work(stage, job, tools, signal);
  return 'worked';
}

async function work<Job>(stage: Stage<Job>, job: Job, tools: StageTools, signal: AbortSignal): Promise<void> {
  const startedAtMs = Date.now();
  const startedMs = performance.now();
  const ended = (outcome: Attempt['outcome'], fault?: Fault): void => {
    const tookMs = performance.now() - startedMs;
    tools.metrics.stageDone(stage.name, outcome, tookMs / 1_000);
    const attempt = { stage: stage.name, transferId: stage.transferId(job), startedAtMs, outcome, fault };
    tools.watch?.({ ...attempt, endedAtMs: startedAtMs + tookMs });
  };
  try {
    await stage.run(job, signal);
    ended('done');
  } catch (error) {
    if (signal.aborted) return;
    const fault = asFault(error);
    ended(fault.remedy, fault);
    report(stage.name, stage.transferId(job), fault, tools);
    if (fault.remedy === 'halt') throw fault;
    await (fault.remedy === 'park' ? stage.park(job, fault) : stage.postpone(job, fault));
  }
}

function sleepMs(stage: { readonly idleMs: number; dueInMs?(): number | undefined }): number {
  const due = stage.dueInMs?.();
  return due === undefined ? stage.idleMs : Math.max(1, Math.min(stage.idleMs, due));
}

function report(stage: string, transferId: string | undefined, fault: Fault, tools: StageTools): void {
  const line = { stage, transferId, code: fault.code, remedy: fault.remedy, sentence: fault.sentence };
  tools.metrics.fault(stage, fault.code);
  if (fault.remedy === 'halt') tools.log.fatal({ ...line, cause: causeOf(fault) }, 'assumption broken, node stops');
  else if (fault.remedy === 'park') tools.log.warn(line, 'parked');
  else tools.log.info(line, 'postponed');
}

/** Not the error itself: viem's hold the URL that was asked, and whole requests. */
function causeOf({ cause }: Fault): { readonly name: string; readonly message: string } | undefined {
  if (cause === undefined) return undefined;
  return { name: cause instanceof Error ? cause.name : typeof cause, message: plainError(cause) };
}
