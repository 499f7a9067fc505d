import { Fault, packBound } from '@twinspan/protocol';
import type { Bound, ConfidentialRecord, Hex, Policy } from '@twinspan/protocol';
import { asFault } from '../asFault.ts';
import type { Job } from '../db/jobQueue.ts';
import type { OfRecord } from '../db/tables.ts';
import { inParallel } from '../inParallel.ts';
import type { Stage } from '../stage.ts';
import { decideBacking } from './backingDecision.ts';
import type { ProveModules, ProveOptions } from './modules.ts';
import { MOST_PER_PROOF } from '../prover/prover.ts';
import { boundOnTheWay, proofIdOf, proofToWire, turnMs } from './proofs.ts';

/** When a proof has been made, the record is looked at again after so long, should the proof get lost. */
const LOST_AFTER_MS = 120_000;
/** Records are taken up for so many proofs of each worker at once, so that the last of a round keep few workers waiting. */
const TURNS_OF_WORKERS = 4;

type Jobs = readonly Job<OfRecord>[];

interface Due {
  readonly job: Job<OfRecord>;
  readonly record: ConfidentialRecord;
  readonly commitment: Hex;
  readonly bound: Bound;
}

interface Rules {
  readonly policy: Policy;
  readonly packed: bigint;
}

interface Run {
  readonly rules: Rules;
  readonly signal: AbortSignal;
}

/**
 * Looks at the due records sixteen by sixteen and proves those that need it, up to sixteen in one proof. As many sixteens
 * are in hand at once as the prover makes proofs; each is settled by itself.
 */
export function proveStage(options: ProveOptions, modules: ProveModules): Stage<Jobs> {
  const { tables, prover } = modules;
  const queue = tables.queues.prove;
  const most = MOST_PER_PROOF * prover.parallel * (prover.parallel === 1 ? 1 : TURNS_OF_WORKERS);
  return {
    name: 'back-prove',
    wake: queue.wake,
    idleMs: options.idleMs,
    next: () => Promise.resolve(nonEmpty(queue.due(most))),
    run: async (jobs, signal) => {
      const rules = await modules.trading.policy();
      const sixteens = Array.from({ length: Math.ceil(jobs.length / MOST_PER_PROOF) }, (_, place) =>
        jobs.slice(place * MOST_PER_PROOF, (place + 1) * MOST_PER_PROOF),
      );
      await inParallel(sixteens, prover.parallel, async (some) => {
        if (!signal.aborted) await settle(some, { rules, signal }, options, modules);
      });
    },
    postpone: (jobs) => postpone(jobs, modules),
    park: (jobs, fault) => park(jobs, fault, modules),
    transferId: (jobs) => jobs.map((job) => job.body.rightsId).join(','),
    dueInMs: () => queue.dueInMs(),
    load: () => queue.measure(),
  };
}

/** Trouble with one proof is not that of the others. @throws Fault when its remedy is `halt` */
async function settle(jobs: Jobs, { rules, signal }: Run, options: ProveOptions, modules: ProveModules): Promise<void> {
  try {
    const due: Due[] = [];
    for (const job of jobs) {
      const found = await examineOne(job, rules, options, modules);
      if (found !== undefined) due.push(found);
    }
    const size = due.length >= options.batchFrom ? MOST_PER_PROOF : 1;
    for (let from = 0; from < due.length; from += size)
      await prove(due.slice(from, from + size), rules, options, modules);
  } catch (error) {
    const fault = asFault(error);
    if (fault.remedy === 'halt') throw fault;
    if (signal.aborted) return;
    report(jobs.map(({ body }) => body.rightsId).join(','), fault, modules);
    await (fault.remedy === 'park' ? park(jobs, fault, modules) : postpone(jobs, modules));
  }
}

async function postpone(jobs: Jobs, modules: ProveModules): Promise<void> {
  const writes = modules.tables.writes('back-prove/postpone');
  for (const job of current(jobs, modules)) modules.tables.queues.prove.postpone(writes, job);
  await writes.commit();
}

async function park(jobs: Jobs, fault: Fault, modules: ProveModules): Promise<void> {
  const writes = modules.tables.writes('back-prove/park');
  for (const job of current(jobs, modules)) modules.tables.queues.prove.park(writes, job, withoutFacts(fault));
  await writes.commit();
}

/** What a row says, anybody may read: why a record is not proven tells of its confidential fields, so the log alone says it. */
function withoutFacts({ code }: Fault): Fault {
  const known = code === 'COMMITMENT_MISMATCH' ? 'NOT_BACKABLE' : code;
  return new Fault(known, "this record cannot be proven as it stands; the node's log says why");
}

function report(transferId: string, fault: Fault, { metrics, log }: ProveModules): void {
  metrics.fault('back-prove', fault.code);
  log.warn({ stage: 'back-prove', transferId, code: fault.code, sentence: fault.sentence }, fault.remedy);
}

function nonEmpty(jobs: Jobs): Jobs | undefined {
  return jobs.length === 0 ? undefined : jobs;
}

/** The jobs as they stand now: what was settled during the run is left alone. */
function current(jobs: Jobs, { tables, clock }: ProveModules): Jobs {
  return jobs.flatMap(({ id }) => {
    const job = tables.queues.prove.get(id);
    return job === undefined || job.parked !== undefined || job.notBeforeMs > clock() ? [] : [job];
  });
}

/** One record's trouble is its own: it is postponed or parked without the others. */
async function examineOne(
  job: Job<OfRecord>,
  rules: Rules,
  options: ProveOptions,
  modules: ProveModules,
): Promise<Due | undefined> {
  const { tables } = modules;
  try {
    return await examine(job, rules, options, modules);
  } catch (error) {
    const fault = asFault(error);
    if (fault.remedy === 'halt') throw fault;
    report(job.id, fault, modules);
    if (!tables.queues.prove.isNewest(job)) return undefined;
    const writes = tables.writes('back-prove/failed');
    if (fault.remedy === 'park') tables.queues.prove.park(writes, job, withoutFacts(fault));
    else tables.queues.prove.postpone(writes, job);
    await writes.commit();
    return undefined;
  }
}

async function examine(
  job: Job<OfRecord>,
  rules: Rules,
  options: ProveOptions,
  modules: ProveModules,
): Promise<Due | undefined> {
  const { asset, trading, clock } = modules;
  const { rightsId } = job.body;
  const [view, listing] = await Promise.all([asset.record(rightsId), trading.listing(rightsId)]);
  if (view?.commitment === undefined || view.custodian !== options.mspId || listing === undefined)
    return forget(job, modules);
  const record = await openRecord(rightsId, view.commitment, modules);
  const onTheWay = boundOnTheWay(view.commitment, rules.packed, modules);
  const stored = onTheWay ?? (await trading.backing(view.commitment, rules.packed));
  const now = Math.floor(clock() / 1_000);
  const about = { record, policy: rules.policy, units: view.issuedUnits, unitValue: view.unitValue };
  const decision = decideBacking({ ...about, stored, now }, options.times);
  if (decision.due === 'refused') {
    throw new Fault('NOT_BACKABLE', `the policy refuses ${rightsId}: ${decision.refusals.join(', ')}`);
  }
  if (decision.due === 'nothing') {
    const lookAgainMs = decision.lookAgainAt * 1_000 + options.leaveForMs;
    return waitUntil(job, onTheWay === undefined ? lookAgainMs : clock() + LOST_AFTER_MS, modules);
  }
  return { job, record, commitment: view.commitment, bound: decision.bound };
}

async function openRecord(rightsId: Hex, commitment: Hex, { asset }: ProveModules): Promise<ConfidentialRecord> {
  const opened = await asset.privateRecord(rightsId);
  if (opened === undefined) throw new Fault('PRIVATE_MISSING', `this peer does not hold the record ${rightsId}`);
  if (opened.commitment === commitment) return opened.record;
  throw new Fault('COMMITMENT_MISMATCH', `a newer version of ${rightsId} waits for the registry`);
}

async function forget(job: Job<OfRecord>, { tables }: ProveModules): Promise<undefined> {
  if (!tables.queues.prove.isNewest(job)) return;
  const writes = tables.writes('back-prove/nothing');
  tables.queues.prove.remove(writes, job.id);
  await writes.commit();
}

async function waitUntil(
  job: Job<OfRecord>,
  notBeforeMs: number,
  { tables, metrics }: ProveModules,
): Promise<undefined> {
  if (!tables.queues.prove.isNewest(job)) return;
  const writes = tables.writes('back-prove/wait');
  tables.queues.prove.add(writes, job.id, job.body, { notBeforeMs });
  await writes.commit();
  metrics.list.nextLook.set(Math.floor((tables.queues.prove.earliestMs() ?? 0) / 1_000));
}

async function prove(
  due: readonly Due[],
  rules: Rules,
  { turns }: ProveOptions,
  { tables, prover, metrics, log, clock, announceProof }: ProveModules,
): Promise<void> {
  const records = due.map(({ record, commitment, bound }) => ({ record, commitment, bound: packBound(bound) }));
  const made = await prover.prove(rules.packed, records);
  const rightsIds = due.map(({ record }) => record.rightsId);
  const commitments = due.map(({ commitment }) => commitment);
  const body = {
    commitments,
    bounds: records.map(({ bound }) => bound),
    proof: [...made.proof],
    policy: rules.packed,
    rightsIds,
  };
  const writes = tables.writes('back-prove/proven');
  const id = proofIdOf(body);
  const times = turns === undefined ? {} : { notBeforeMs: turnMs(id, turns, clock()) };
  tables.queues.submitProof.add(writes, id, body, times);
  if (turns !== undefined)
    writes.afterwards(() => {
      announceProof(proofToWire(body));
    });
  for (const { job } of due) {
    if (!tables.queues.prove.isNewest(job)) continue;
    tables.queues.prove.add(writes, job.id, job.body, { notBeforeMs: clock() + LOST_AFTER_MS });
  }
  await writes.commit();
  metrics.list.proofs.observe({ circuit: made.circuit }, made.seconds);
  log.info(
    { stage: 'back-prove', transferId: rightsIds.join(','), circuit: made.circuit, seconds: made.seconds },
    'proven',
  );
}
