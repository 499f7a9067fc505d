import { Fault, MAX_MESSAGES, MAX_STATES } from '@twinspan/protocol';
import { deliverCall } from '@twinspan/sdk';
import type { Call, TradingChain } from '@twinspan/sdk';
import type { Submission } from '../chains/submissions.ts';
import type { Wallet } from '../chains/wallet.ts';
import type { Job } from '../db/jobQueue.ts';
import type { AtEpoch, BundleRow, SentAs, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import { queueStage } from '../queueStage.ts';
import type { Stage } from '../stage.ts';
import { DeliveryTurns } from './deliveryTurns.ts';
import type { MintModules, MintOptions } from './modules.ts';

/** Lanes worked on at once: none waits for another's answers. */
const LANES_AT_ONCE = 8;

interface CarrierModules extends MintModules {
  readonly wallet: Wallet;
}

/**
 * Carries bundles to the bridge, each lane in order. The carrier whose turn it is acts at once, the next ones when the
 * lane stands still; several epochs of a lane may be on their way, because a sender's nonces keep their order.
 */
export function deliverStage(options: MintOptions, modules: CarrierModules): Stage<Job<AtEpoch>> {
  const turns = new DeliveryTurns(options, modules);
  return queueStage({
    name: 'mint-deliver',
    queue: modules.tables.queues.deliver,
    tables: modules.tables,
    idleMs: options.idleMs,
    width: LANES_AT_ONCE,
    next: () => turns.take(),
    run: async (job) => {
      try {
        await deliver(job, turns, modules);
      } finally {
        turns.done(job.body.laneId);
      }
    },
    transferId: ({ laneId, epoch }) => `${laneId}/${epoch}`,
  });
}

async function deliver(job: Job<AtEpoch>, turns: DeliveryTurns, modules: CarrierModules): Promise<void> {
  const { laneId, epoch } = job.body;
  const { tables, trading, lanes, wallet, log } = modules;
  const now = await trading.bridgeLane(laneId);
  if (now.epoch >= epoch) return known(job, now.epoch, modules);
  const lane = lanes.get(laneId);
  const bundle = await tables.bundles.get(job.id);
  if (lane === undefined || bundle === undefined)
    throw new Fault('STORE_CORRUPT', `no lane or bundle for epoch ${epoch} of lane ${laneId}`);
  const { through, sender } = turns.flight(lane);
  const isFirst = epoch === now.epoch + 1n;
  const submission = await submissionFor(job, bundle, isFirst, modules);
  if (through >= epoch) return;
  if (turns.isContested(job, lane) && (await isInPool(job.body, trading)) && turns.yieldTo(job, lane)) return;
  const sent = await wallet.sendOnLane(laneId, sender, submission);
  turns.carried(job.body);
  const { nonce, hashes } = sent;
  log.info({ stage: 'mint-deliver', transferId: `${laneId}/${epoch}`, sender: sent.sender, nonce, hashes }, 'sent');
}

async function known({ id, body }: Job<AtEpoch>, delivered: bigint, modules: CarrierModules): Promise<void> {
  modules.lanes.delivered(body.laneId, delivered);
  const writes = modules.tables.writes('mint-deliver/known');
  modules.tables.queues.deliver.remove(writes, id);
  modules.tables.queues.confirmMint.add(writes, id, body);
  await writes.commit();
}

/** Whether a transaction in the own node's pool delivers the epoch; it is not ours. */
async function isInPool({ laneId, epoch }: AtEpoch, trading: MintModules['trading']): Promise<boolean> {
  return (await trading.bridgeLane(laneId, 'pending')).epoch >= epoch;
}

async function submissionFor(
  job: Job<AtEpoch>,
  bundle: BundleRow,
  isFirst: boolean,
  modules: CarrierModules,
): Promise<Submission> {
  const { tables, trading } = modules;
  return {
    stage: 'mint-deliver',
    purpose: purposeOf(job.id),
    call: deliverCall(trading.addresses.bridge, bundle),
    ...(isFirst ? {} : { gas: await limitFor(job, modules) }),
    note: (sentAs, writes) => {
      move(job, sentAs, writes, tables);
    },
    undo: (writes) => {
      tables.queues.confirmMint.remove(writes, job.id);
      tables.queues.deliver.add(writes, job.id, job.body, job);
    },
  };
}

/**
 * The lane's next epoch is tried before it is sent; one behind another in the pool gets a limit by its size. What it holds
 * is verified, and its order is kept by the nonces: nothing is left that a trial could find.
 */
async function limitFor(job: Job<AtEpoch>, { tables, gas }: CarrierModules): Promise<bigint> {
  const row = await tables.epochs.get(job.id);
  return gas.limit(row ?? { messageCount: MAX_MESSAGES, stateCount: MAX_STATES });
}

function move({ id, body, attempts }: Job<AtEpoch>, sentAs: SentAs, writes: Writes, { queues }: Tables): void {
  queues.deliver.remove(writes, id);
  queues.confirmMint.add(writes, id, { ...body, sentAs }, { attempts });
}

/** How the delivery of an epoch is known among the carrier's transactions. @param jobId lane/epoch */
export function purposeOf(jobId: string): string {
  return `deliver/${jobId}`;
}

interface RecallModules {
  readonly tables: Tables;
  readonly trading: Pick<TradingChain, 'bridgeLane' | 'addresses'>;
}

/** undefined once the epoch is delivered, by whomever. @param jobId lane/epoch */
export async function recallDelivery(
  jobId: string,
  at: 'latest' | 'pending',
  { tables, trading }: RecallModules,
): Promise<Call | undefined> {
  const bundle = await tables.bundles.get(jobId);
  if (bundle === undefined) return undefined;
  const { epoch } = await trading.bridgeLane(bundle.laneId, at === 'pending' ? at : undefined);
  if (epoch >= bundle.epoch) return undefined;
  return deliverCall(trading.addresses.bridge, bundle);
}
