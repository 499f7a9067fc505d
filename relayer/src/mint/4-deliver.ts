import { Fault, MAX_MESSAGES, MAX_STATES } from '@twinspan/protocol';
import type { Submissions } from '../chains/submissions.ts';
import type { Job } from '../db/jobQueue.ts';
import { laneKey } from '../db/keys.ts';
import type { AtEpoch, BundleRow } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { LaneStanding } from '../lanes.ts';
import { queueStage } from '../queueStage.ts';
import { deliveryTurn, rankOf } from '../rank.ts';
import type { Stage } from '../stage.ts';
import { withMargin } from './deliveryGas.ts';
import type { MintModules, MintOptions } from './modules.ts';

interface CarrierModules extends MintModules {
  readonly submissions: Submissions;
}

/**
 * Carries bundles to the bridge, each lane in order. The carrier whose turn it is acts at once, the next ones when the
 * lane stands still; several epochs of a lane may be on their way, because a sender's nonces keep their order.
 */
export function deliverStage(options: MintOptions, modules: CarrierModules): Stage<Job<AtEpoch>> {
  return queueStage({
    name: 'mint-deliver',
    queue: modules.tables.queues.deliver,
    tables: modules.tables,
    idleMs: options.idleMs,
    next: () => nextDelivery(options, modules),
    run: (job) => deliver(job, modules),
    transferId: ({ laneId, epoch }) => `${laneId}/${epoch}`,
  });
}

function nextDelivery(options: MintOptions, modules: CarrierModules): Job<AtEpoch> | undefined {
  const { deliver: queue } = modules.tables.queues;
  if (queue.size === 0) return undefined;
  for (const lane of modules.lanes.all()) {
    const through = inFlightThrough(lane, modules);
    if (through - lane.delivered >= BigInt(options.maxInFlight)) continue;
    const job = queue.get(laneKey(lane.laneId, through + 1n));
    if (modules.pauses.holdsBack(lane.laneId, through + 1n)) continue;
    if (job !== undefined && isDue(job, lane, options, modules)) return job;
  }
  return undefined;
}

/** The last epoch of the unbroken row of this node's own transactions behind the delivered ones. */
function inFlightThrough(lane: LaneStanding, { tables }: CarrierModules): bigint {
  let through = lane.delivered;
  while (tables.queues.confirmMint.get(laneKey(lane.laneId, through + 1n)) !== undefined) through += 1n;
  return through;
}

function isDue(job: Job<AtEpoch>, lane: LaneStanding, options: MintOptions, { clock }: CarrierModules): boolean {
  if (job.parked !== undefined || job.notBeforeMs > clock()) return false;
  const rank = rankOf(options.node, options.carriers, deliveryTurn(lane.laneId, job.body.epoch));
  return clock() >= Math.max(job.addedAtMs, lane.progressedAtMs) + rank * options.carryDelayMs;
}

async function deliver(job: Job<AtEpoch>, modules: CarrierModules): Promise<void> {
  const { laneId, epoch } = job.body;
  const { tables, trading, lanes, log } = modules;
  const now = await trading.bridgeLane(laneId);
  if (now.epoch >= epoch) {
    lanes.delivered(laneId, now.epoch);
    const writes = tables.writes('mint-deliver/known');
    move(job, undefined, writes, modules);
    await writes.commit();
    return;
  }
  const bundle = await tables.bundles.get(job.id);
  if (bundle === undefined) throw new Fault('STORE_CORRUPT', `no bundle for epoch ${epoch} of lane ${laneId}`);
  const gas = await gasFor(bundle, now.epoch, modules);
  const sent = await modules.submissions.send({
    stage: 'mint-deliver',
    purpose: purposeOf(laneId, epoch),
    gas,
    send: (terms) => trading.deliver(bundle, terms),
    note: (nonce, writes) => {
      move(job, nonce, writes, modules);
    },
    undo: (_nonce, writes) => {
      moveBack(job, writes, modules);
    },
  });
  log.info({ stage: 'mint-deliver', transferId: `${laneId}/${epoch}`, nonce: sent.nonce, hash: sent.hash }, 'sent');
}

/** The lane's next epoch is tried first; one behind another that is still in the pool gets a limit by its size. */
async function gasFor(bundle: BundleRow, delivered: bigint, { tables, trading, gas }: CarrierModules): Promise<bigint> {
  if (bundle.epoch === delivered + 1n) return withMargin(await trading.estimateDeliver(bundle));
  const row = await tables.epochs.get(laneKey(bundle.laneId, bundle.epoch));
  return gas.limit(row ?? { messageCount: MAX_MESSAGES, stateCount: MAX_STATES });
}

function move(job: Job<AtEpoch>, nonce: number | undefined, writes: Writes, { tables }: CarrierModules): void {
  tables.queues.deliver.remove(writes, job.id);
  const body = nonce === undefined ? job.body : { ...job.body, nonce };
  tables.queues.confirmMint.add(writes, job.id, body, { attempts: job.attempts });
}

function moveBack(job: Job<AtEpoch>, writes: Writes, { tables }: CarrierModules): void {
  tables.queues.confirmMint.remove(writes, job.id);
  tables.queues.deliver.add(writes, job.id, job.body, { attempts: job.attempts });
}

/** How the delivery of an epoch is known among the carrier's transactions. */
export function purposeOf(laneId: bigint, epoch: bigint): string {
  return `deliver/${laneId}/${epoch}`;
}
