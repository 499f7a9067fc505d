import { Fault } from '@twinspan/protocol';
import type { Job } from '../db/jobQueue.ts';
import { laneKey } from '../db/keys.ts';
import type { OnTheWay } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import { headStage } from '../headStage.ts';
import type { Head } from '../headStage.ts';
import { retryWaitMs } from '../retrySchedule.ts';
import type { Stage } from '../stage.ts';
import { purposeOf } from './4-deliver.ts';
import type { MintModules, MintOptions } from './modules.ts';

/** Watches deliveries until they are final; one that is gone again goes back to be delivered. */
export function confirmMintStage(options: MintOptions, modules: MintModules): Stage<Head> {
  return headStage({
    name: 'mint-confirm',
    queue: modules.tables.queues.confirmMint,
    heads: modules.heads,
    idleMs: options.idleMs,
    run: async (head) => {
      for (const lane of modules.lanes.all()) await confirmLane(lane.laneId, head, modules);
      await modules.submissions?.unstick();
    },
  });
}

async function confirmLane(laneId: bigint, head: Head, modules: MintModules): Promise<void> {
  const { tables, lanes, trading } = modules;
  const jobs = [...tables.queues.confirmMint.all()].filter((job) => job.body.laneId === laneId);
  if (jobs.length === 0) return;
  const delivered = lanes.get(laneId)?.delivered ?? 0n;
  const final = jobs.some((job) => job.body.epoch <= delivered)
    ? (await trading.bridgeLane(laneId, head.final)).epoch
    : 0n;
  const writes = tables.writes('mint-confirm/lane');
  for (const job of jobs.sort((a, b) => Number(a.body.epoch - b.body.epoch))) {
    if (job.body.epoch <= final) await finish(job, writes, modules);
    else if (job.body.epoch > delivered) await chase(job, writes, modules);
  }
  await writes.commit();
}

async function finish(job: Job<OnTheWay>, writes: Writes, { tables, submissions }: MintModules): Promise<void> {
  const { nonce } = job.body;
  const row = await tables.epochs.get(job.id);
  if (row !== undefined) writes.put(tables.epochs, job.id, { ...row, isFinal: true });
  tables.queues.confirmMint.remove(writes, job.id);
  writes.del(tables.bundles, job.id);
  if (nonce !== undefined) submissions?.forget(nonce, writes);
}

async function chase(job: Job<OnTheWay>, writes: Writes, modules: MintModules): Promise<void> {
  const { laneId, epoch, nonce } = job.body;
  const { tables, submissions, clock, log } = modules;
  if (nonce !== undefined && submissions !== undefined) {
    if ((await submissions.verdict(nonce, purposeOf(laneId, epoch))) !== 'gone') return;
    submissions.forget(nonce, writes);
  }
  const fault = new Fault('REORGED', `the delivery of epoch ${epoch} is not on the chain`);
  log.warn({ stage: 'mint-confirm', transferId: `${laneId}/${epoch}`, code: fault.code, nonce }, 'delivered again');
  const attempts = job.attempts + 1;
  tables.queues.confirmMint.remove(writes, job.id);
  tables.queues.deliver.add(
    writes,
    laneKey(laneId, epoch),
    { laneId, epoch },
    { attempts, notBeforeMs: clock() + retryWaitMs(attempts, Math.random()) },
  );
}
