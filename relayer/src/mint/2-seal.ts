import type { AssetChain } from '@twinspan/sdk';
import type { Hex } from '@twinspan/protocol';
import type { Logger } from 'pino';
import type { Job } from '../db/jobQueue.ts';
import type { OfLane, Tables } from '../db/tables.ts';
import type { Lanes, LaneStanding } from '../lanes.ts';
import type { Stage } from '../stage.ts';
import type { DeliveryGas } from './deliveryGas.ts';
import { LockRounds } from './lockRounds.ts';
import type { Taken } from './lockRounds.ts';
import type { Pauses } from './pauses.ts';
import { decideSeal } from './sealDecision.ts';
import type { SealTerms } from './sealDecision.ts';
import type { DirtyStates, SealDesk } from './sealDesk.ts';
import type { SealTurns } from './sealTurns.ts';

interface Options {
  readonly mspId: string;
  readonly terms: SealTerms;
  /** A registry's node attests stops on others' lanes itself when the custodian has not after so long; absent: never. */
  readonly sealStopsAfterMs?: number | undefined;
  readonly idleMs: number;
}

interface Modules {
  readonly asset: Pick<AssetChain, 'seal' | 'pendingLocksPage'>;
  readonly tables: Tables;
  readonly lanes: Lanes;
  readonly desk: SealDesk;
  readonly turns: SealTurns;
  readonly pauses: Pauses;
  readonly gas: DeliveryGas;
  readonly log: Logger;
  readonly clock: () => number;
}

interface Seal {
  readonly lane: LaneStanding;
  readonly takes: 'states' | 'messages';
}

/** Seals the lanes of this node's own custodian, and nobody else's; several nodes of the custodian take turns. */
export function sealStage(options: Options, modules: Modules): Stage<Seal> {
  const { tables, desk, lanes } = modules;
  const queue = tables.queues.seal;
  const rounds = new LockRounds(options.terms.epochMessages, modules);
  return {
    name: 'mint-seal',
    wake: desk.wake,
    idleMs: options.idleMs,
    next: () => nextSeal(options, modules),
    run: async (seal) => {
      await (seal.takes === 'states' ? sealStates(seal, modules) : sealMessages(seal, rounds, modules));
      if (queue.get(jobId(seal.lane)) === undefined) return;
      const writes = tables.writes('mint-seal/sealed');
      queue.remove(writes, jobId(seal.lane));
      await writes.commit();
    },
    postpone: async ({ lane }) => {
      desk.touch(lane.laneId);
      const writes = tables.writes('mint-seal/postpone');
      queue.postpone(writes, failedSeal(lane, modules));
      await writes.commit();
    },
    park: async ({ lane }, fault) => {
      desk.touch(lane.laneId);
      const writes = tables.writes('mint-seal/park');
      queue.park(writes, failedSeal(lane, modules), fault);
      await writes.commit();
    },
    transferId: ({ lane }) => `${lane.laneId}/${lane.sealed + 1n}`,
    load: () => ({
      ...queue.measure(),
      length: lanes.all().reduce((sum, lane) => sum + (isOwn(lane, options) ? desk.waiting(lane.laneId) : 0), 0),
    }),
  };
}

async function nextSeal(options: Options, modules: Modules): Promise<Seal | undefined> {
  const nowMs = modules.clock();
  for (const lane of modules.lanes.all()) {
    if (isWaiting(lane, modules, nowMs)) continue;
    const takes = isOwn(lane, options)
      ? await decideOwn(lane, options, modules)
      : await decideStop(lane, options, modules);
    if (takes === 'nothing') modules.turns.rest(lane.laneId);
    else if (!isOwn(lane, options) || modules.turns.isOurs(lane)) return { lane, takes };
  }
  return undefined;
}

async function decideOwn(lane: LaneStanding, options: Options, modules: Modules): Promise<Seal['takes'] | 'nothing'> {
  const view = await modules.desk.view(lane);
  if (modules.pauses.get(lane.laneId) !== undefined) return view.urgentStates > 0 ? 'states' : 'nothing';
  return decideSeal(view, options.terms, modules.clock()).seal;
}

async function decideStop(lane: LaneStanding, options: Options, modules: Modules): Promise<'states' | 'nothing'> {
  if (options.sealStopsAfterMs === undefined) return 'nothing';
  const view = await modules.desk.view(lane);
  const isDue = modules.clock() - view.statesSinceMs >= options.sealStopsAfterMs;
  return view.urgentStates > 0 && isDue ? 'states' : 'nothing';
}

/** A seal that failed waits as its row says; a parked one until something on the lane changes. */
function isWaiting(lane: LaneStanding, { tables }: Modules, nowMs: number): boolean {
  const job = tables.queues.seal.get(jobId(lane));
  return job !== undefined && (job.parked !== undefined || job.notBeforeMs > nowMs);
}

async function sealStates({ lane }: Seal, modules: Modules): Promise<void> {
  // Whoever should have acted may have done so meanwhile.
  if (modules.turns.rank(lane.laneId) > 0) modules.desk.touch(lane.laneId);
  const dirty = await modules.desk.dirty(lane.laneId);
  const rightsIds = [...dirty.urgent, ...dirty.quiet].slice(0, await modules.gas.mostStates());
  await seal(lane, [], rightsIds, modules);
}

async function sealMessages({ lane }: Seal, rounds: LockRounds, modules: Modules): Promise<void> {
  const announced = modules.desk.announced(lane.laneId);
  const dirty = await modules.desk.dirty(lane.laneId);
  const taken = await rounds.take(lane.laneId);
  if (taken.locks.length === 0) {
    modules.desk.cleared(lane.laneId, announced);
    return;
  }
  const rightsIds = await extraStates(dirty, taken, modules);
  await seal(lane, taken.locks, rightsIds, modules);
  if (taken.isCut) modules.desk.overflowed(lane.laneId);
  else modules.desk.cleared(lane.laneId, announced);
}

/** Dirty states ride along as far as there is room; those that a lock names are attested anyway. */
async function extraStates(dirty: DirtyStates, { locks, records }: Taken, { gas }: Modules): Promise<readonly Hex[]> {
  const others = [...dirty.urgent, ...dirty.quiet].filter((rightsId) => !records.has(rightsId));
  for (const [place] of others.entries()) {
    const most = await gas.mostMessages(records.size + place + 1);
    if (most === undefined || most < locks.length) return others.slice(0, place);
  }
  return others;
}

async function seal(
  lane: LaneStanding,
  lockIds: readonly string[],
  rightsIds: readonly Hex[],
  { asset, lanes, desk, turns, log }: Modules,
): Promise<void> {
  if (lockIds.length + rightsIds.length === 0) return;
  const { result } = await turns.seal(lane, () => asset.seal({ laneId: lane.laneId, lockIds, rightsIds }));
  lanes.sealed(lane.laneId, result.epoch);
  desk.sealedThrough(lane.laneId, result.firstMessage + BigInt(result.messageCount));
  if (rightsIds.length > 0) desk.touch(lane.laneId);
  const transferId = `${lane.laneId}/${result.epoch}`;
  log.info({ stage: 'mint-seal', transferId, messages: result.messageCount, states: result.stateCount }, 'sealed');
}

function failedSeal(lane: LaneStanding, { tables, clock }: Modules): Job<OfLane> {
  const known = tables.queues.seal.get(jobId(lane));
  const nowMs = clock();
  return known ?? { id: jobId(lane), body: { laneId: lane.laneId }, attempts: 0, notBeforeMs: nowMs, addedAtMs: nowMs };
}

function jobId(lane: Pick<LaneStanding, 'laneId'>): string {
  return lane.laneId.toString();
}

function isOwn(lane: LaneStanding, options: Options): boolean {
  return lane.custodian === options.mspId;
}
