import { asFault } from './asFault.ts';
import { lookAtAll } from './back/1-observe.ts';
import { recallLanes } from './mint/1-observe.ts';
import { reconcileLanes } from './mint/1-observeSeals.ts';
import type { Composed } from './pipelines.ts';
import { retryWaitMs } from './retrySchedule.ts';
import { Wake } from './wake.ts';

/**
 * Asks both chains where everything stands, before anything is done. Whatever happens from the returned block on comes
 * through the feed, so nothing falls between.
 * @returns a block of the asset chain; undefined without a gateway
 */
export async function reconcile(composed: Composed, signal: AbortSignal): Promise<bigint | undefined> {
  const { ground } = composed;
  const pause = new Wake();
  for (let attempts = 1; ; attempts++) {
    try {
      const height = await ground.asset?.height();
      await lookOnce(composed);
      return height === undefined ? undefined : height - 1n;
    } catch (error) {
      const fault = asFault(error);
      if (fault.remedy !== 'retry' || signal.aborted) throw fault;
      ground.log.warn({ code: fault.code, sentence: fault.sentence }, 'waiting for the chains');
      await pause.wait(retryWaitMs(attempts, Math.random()), signal);
    }
  }
}

async function lookOnce({ ground, mint, back: { proving } }: Composed): Promise<void> {
  if (mint?.gateway !== undefined) await reconcileLanes(mint.gateway.options, mint.gateway.modules);
  else if (mint !== undefined) await recallLanes(mint.modules);
  const writes = ground.tables.writes('start/rouse');
  // Whoever starts a node again has seen to what it was waiting for, and both chains have just answered.
  for (const queue of Object.values(ground.tables.queues)) queue.rouseFailed(writes);
  if (proving !== undefined) await lookAtAll(writes, proving.options, proving.modules);
  await writes.commit();
}
