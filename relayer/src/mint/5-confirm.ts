import { Fault } from '@twinspan/protocol';
import { asFault } from '../asFault.ts';
import type { Job } from '../db/jobQueue.ts';
import { laneKey, laneRange } from '../db/keys.ts';
import type { EpochRow, OnTheWay, SentAs } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import { headStage } from '../headStage.ts';
import type { Head } from '../headStage.ts';
import { retryWaitMs } from '../retrySchedule.ts';
import type { Stage } from '../stage.ts';
import { purposeOf } from './4-deliver.ts';
import type { MintModules, MintOptions } from './modules.ts';

/** Final bundles that are kept of each lane, for nodes that were away. */
const KEEP_BUNDLES = 256n;
/** Of older ones, so many are forgotten at a time. */
const MOST_FORGOTTEN = 512;

/** Watches deliveries until they are final; one that is gone again goes back to be delivered. */
export function confirmMintStage(options: MintOptions, modules: MintModules): Stage<Head> {
  return headStage({
    name: 'mint-confirm',
    queue: modules.tables.queues.confirmMint,
    heads: modules.heads,
    idleMs: options.idleMs,
    run: async (head) => {
      const lanes = Map.groupBy(modules.tables.queues.confirmMint.all(), (job) => job.body.laneId);
      const looks = await Promise.allSettled(
        [...lanes].map(([laneId, jobs]) => confirmLane(laneId, jobs, head, modules)),
      );
      const failed = looks.find((look) => look.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  });
}

async function confirmLane(
  laneId: bigint,
  jobs: readonly Job<OnTheWay>[],
  head: Head,
  modules: MintModules,
): Promise<void> {
  const { tables, lanes } = modules;
  const delivered = lanes.get(laneId)?.delivered ?? 0n;
  const isAsked = jobs.some((job) => job.body.epoch <= delivered);
  const look = isAsked ? await finalLook(laneId, head, modules) : { epoch: 0n };
  const writes = tables.writes('mint-confirm/lane');
  for (const job of jobs.toSorted((a, b) => Number(a.body.epoch - b.body.epoch))) {
    if (job.body.epoch <= look.epoch) await finish(job, writes, modules);
    else if (job.body.epoch > delivered) await chase(job, writes, modules);
  }
  if (look.epoch > KEEP_BUNDLES) await forgetBundles(laneId, look.epoch - KEEP_BUNDLES, writes, modules);
  await writes.commit();
  if (look.failure !== undefined) throw look.failure;
}

async function forgetBundles(laneId: bigint, through: bigint, writes: Writes, { tables }: MintModules): Promise<void> {
  const old = await tables.bundles.keys({ ...laneRange(laneId, 0n, through), limit: MOST_FORGOTTEN });
  for (const key of old) writes.del(tables.bundles, key);
}

/** A chain that cannot be asked what is final holds up no delivery that was lost. */
async function finalLook(
  laneId: bigint,
  head: Head,
  { trading }: MintModules,
): Promise<{ readonly epoch: bigint; readonly failure?: Fault }> {
  try {
    return { epoch: await finalEpoch(laneId, head, trading) };
  } catch (error) {
    const failure = asFault(error);
    if (failure.remedy !== 'retry') throw failure;
    return { epoch: 0n, failure };
  }
}

/** By proof under the state root of the block that the feed saw final: an event is not enough to forget a bundle. */
async function finalEpoch(laneId: bigint, head: Head, trading: MintModules['trading']): Promise<bigint> {
  if (head.final === 0n) return 0n;
  const block = await trading.block(head.final);
  if (block.hash !== head.finalHash) throw new Fault('REORGED', `block ${block.number} is not the one that was final`);
  return (await trading.provenLane(laneId, block)).epoch;
}

async function finish(job: Job<OnTheWay>, writes: Writes, modules: MintModules): Promise<void> {
  const { tables, wallet } = modules;
  const { sentAs } = job.body;
  const row = await tables.epochs.get(job.id);
  if (row !== undefined) writes.put(tables.epochs, job.id, { ...row, isFinal: true });
  tables.queues.confirmMint.remove(writes, job.id);
  if (sentAs === undefined) return;
  if (row !== undefined) await account(row, sentAs, writes, modules);
  wallet?.forget(sentAs, purposeOf(job.id), writes);
}

/** Adds up what the delivery cost, if it is ours. */
async function account(row: EpochRow, sentAs: SentAs, writes: Writes, modules: MintModules): Promise<void> {
  const { wallet, trading, metrics } = modules;
  if (wallet === undefined) return;
  const hash = (await modules.tables.deliveries.get(laneKey(row.laneId, row.epoch)))?.txHash;
  if (hash === undefined || !(wallet.get(sentAs)?.hashes.includes(hash) ?? false)) return;
  const receipt = await trading.receipt(hash);
  if (receipt === undefined) return;
  const { sender } = sentAs;
  writes.afterwards(() => {
    wallet.paid(receipt.gasUsed);
    metrics.list.gasPaid.inc({ sender }, Number(receipt.gasUsed));
    metrics.list.ethPaid.inc({ sender }, Number(receipt.gasUsed * receipt.effectiveGasPrice) / 1e18);
    metrics.list.mintsPaid.inc({ sender }, row.messageCount);
  });
}

async function chase(job: Job<OnTheWay>, writes: Writes, modules: MintModules): Promise<void> {
  const { laneId, epoch, sentAs } = job.body;
  const { tables, wallet, clock, log } = modules;
  if (sentAs !== undefined && wallet !== undefined) {
    if ((await wallet.verdict(sentAs, purposeOf(job.id))) !== 'gone') return;
    wallet.forget(sentAs, purposeOf(job.id), writes);
  }
  const fault = new Fault('REORGED', `the delivery of epoch ${epoch} is not on the chain`);
  log.warn({ stage: 'mint-confirm', transferId: `${laneId}/${epoch}`, code: fault.code, ...sentAs }, 'delivered again');
  const attempts = job.attempts + 1;
  tables.queues.confirmMint.remove(writes, job.id);
  tables.queues.deliver.add(
    writes,
    laneKey(laneId, epoch),
    { laneId, epoch },
    { attempts, notBeforeMs: clock() + retryWaitMs(attempts, Math.random()) },
  );
}
