import { Fault } from '@twinspan/protocol';
import { retryCall } from '@twinspan/sdk';
import type { Call, TradingChain } from '@twinspan/sdk';
import type { Wallet } from '../chains/wallet.ts';
import type { Job } from '../db/jobQueue.ts';
import type { AtMessage, HeldRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import { queueStage } from '../queueStage.ts';
import type { Stage } from '../stage.ts';
import { dropHeld } from './heldRows.ts';
import { isHoldGone } from './holdGone.ts';
import type { MintModules, MintOptions } from './modules.ts';
import { RetryTurns } from './retryTurns.ts';

/** A retry that was sent is looked at again after so long, should its event never come. */
const SENT_WAIT_MS = 20_000;
/** Holds that no event ends, such as a recipient's onboarding, are looked at in turn: about ten looks a second in all. */
const LOOK_EVERY_MS = { least: 2_000, perHeld: 100 };
/** A paused lane is looked at so often. */
const PAUSED_MS = 60_000;

interface CarrierModules extends MintModules {
  readonly wallet: Wallet;
}

/** Has held messages minted once the reason for holding them is gone. Trying costs nothing until it would succeed. */
export function retryStage(options: MintOptions, modules: CarrierModules): Stage<Job<AtMessage>> {
  const { tables } = modules;
  const turns = new RetryTurns(options, modules);
  return queueStage({
    name: 'mint-retry',
    queue: tables.queues.retry,
    tables,
    idleMs: options.idleMs,
    run: (job) => retry(job, turns, modules),
    transferId: ({ laneId, message }) => `${laneId}/message/${message}`,
  });
}

async function retry(job: Job<AtMessage>, turns: RetryTurns, modules: CarrierModules): Promise<void> {
  const { tables } = modules;
  const held = await tables.held.get(job.id);
  const writes = tables.writes('mint-retry/look');
  if (held === undefined) {
    tables.queues.retry.remove(writes, job.id);
    return writes.commit();
  }
  const waitMs = await waitMsOf(job, held, turns, modules);
  if (waitMs === 0) return send(job, held, writes, modules);
  tables.queues.retry.postpone(writes, job, waitMs);
  return writes.commit();
}

async function waitMsOf(
  job: Job<AtMessage>,
  held: HeldRow,
  turns: RetryTurns,
  { tables, trading, pauses, wallet }: CarrierModules,
): Promise<number> {
  if (pauses.get(held.laneId) !== undefined) return PAUSED_MS;
  // Until it is mined the message is held, and a second one would be paid for too.
  if (wallet.isWaiting(purposeOf(job.id))) return SENT_WAIT_MS;
  if (await isHoldGone(held, trading)) return turns.waitMs(job);
  turns.isHeld(job.id);
  return Math.max(LOOK_EVERY_MS.least, tables.queues.retry.size * LOOK_EVERY_MS.perHeld);
}

async function send(job: Job<AtMessage>, held: HeldRow, writes: Writes, modules: CarrierModules): Promise<void> {
  const { tables, trading, wallet, clock, log } = modules;
  try {
    const call = retryCall(trading.addresses.bridge, held);
    const { sender, nonce } = await wallet.send({
      stage: 'mint-retry',
      purpose: purposeOf(job.id),
      call,
      note: (_sentAs, noted) => {
        tables.queues.retry.add(noted, job.id, job.body, { attempts: 1, notBeforeMs: clock() + SENT_WAIT_MS });
      },
      undo: (undone) => {
        tables.queues.retry.add(undone, job.id, job.body, job);
      },
    });
    log.info({ stage: 'mint-retry', transferId: `${held.laneId}/message/${held.message}`, sender, nonce }, 'sent');
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'NOT_HELD') throw error;
    dropHeld(held, writes, modules);
  }
  await writes.commit();
}

function purposeOf(jobId: string): string {
  return `retry/${jobId}`;
}

interface RecallModules {
  readonly tables: Tables;
  readonly trading: Pick<TradingChain, 'isHeld' | 'addresses'>;
}

/** undefined once the message is not held any more. @param jobId lane/message */
export async function recallRetry(jobId: string, { tables, trading }: RecallModules): Promise<Call | undefined> {
  const held = await tables.held.get(jobId);
  if (held === undefined || !(await trading.isHeld(held))) return undefined;
  return retryCall(trading.addresses.bridge, held);
}
