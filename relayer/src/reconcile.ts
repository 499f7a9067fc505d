import { asFault } from './asFault.ts';
import { lookAtAll } from './back/1-observe.ts';
import { reconcileLanes } from './mint/1-observe.ts';
import type { Composed } from './pipelines.ts';
import { retryWaitMs } from './retrySchedule.ts';
import { Wake } from './wake.ts';

/**
 * Asks both chains where everything stands, before anything is done. Whatever happens from the returned block on comes
 * through the feed, so nothing falls between.
 */
export async function reconcile({ ground, mint, back }: Composed, signal: AbortSignal): Promise<bigint> {
  const pause = new Wake();
  for (let attempts = 1; ; attempts++) {
    try {
      const height = await ground.asset.height();
      await reconcileLanes(mint.options, mint.modules);
      const writes = ground.tables.writes('start/rouse');
      // Whoever starts a node again has seen to what it was waiting for.
      for (const queue of Object.values(ground.tables.queues)) queue.rouseParked(writes);
      if (back !== undefined) await lookAtAll(writes, back.options, back.modules);
      await writes.commit();
      return height - 1n;
    } catch (error) {
      const fault = asFault(error);
      if (fault.remedy !== 'retry' || signal.aborted) throw fault;
      ground.log.warn({ code: fault.code, sentence: fault.sentence }, 'waiting for the chains');
      await pause.wait(retryWaitMs(attempts, Math.random()), signal);
    }
  }
}
