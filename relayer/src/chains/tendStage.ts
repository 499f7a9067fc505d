import type { Tables } from '../db/tables.ts';
import type { Heads } from '../heads.ts';
import type { Metrics } from '../metrics.ts';
import type { Stage } from '../stage.ts';
import type { Wallet } from './wallet.ts';

interface Modules {
  readonly wallet: Wallet;
  readonly tables: Tables;
  readonly heads: Heads;
  readonly metrics: Metrics;
}

/** Looks after the carrier's transactions once per block, and brings back the work that waited for funds. */
export function tendStage(options: { readonly idleMs: number }, modules: Modules): Stage<number> {
  const { wallet, heads } = modules;
  let seen = 0;
  const done = (version: number): Promise<void> => {
    seen = version;
    return Promise.resolve();
  };
  return {
    name: 'carrier-tend',
    wake: heads.bell(),
    idleMs: options.idleMs,
    next: () => Promise.resolve(heads.version === seen ? undefined : heads.version),
    run: async (version) => {
      await wallet.tend();
      await rouseUnpaid(modules);
      show(modules);
      await done(version);
    },
    postpone: done,
    park: done,
    transferId: (version) => `head/${version}`,
  };
}

async function rouseUnpaid({ wallet, tables }: Modules): Promise<void> {
  if (wallet.free() === undefined) return;
  const { deliver, retry, submitProof } = tables.queues;
  const writes = tables.writes('submissions/rouse');
  for (const queue of [deliver, retry, submitProof]) {
    for (const job of queue.parked()) if (job.parked?.code === 'FUNDS_SHORT') queue.rouse(writes, job.id);
  }
  await writes.commit();
}

function show({ wallet, metrics }: Modules): void {
  for (const { address, balance, runwayEpochs, pending, oldestPendingSeconds, isUnfit } of wallet.standings()) {
    const key = { sender: address };
    if (balance !== undefined) metrics.list.balance.set(key, Number(balance) / 1e18);
    if (runwayEpochs !== undefined) metrics.list.runway.set(key, runwayEpochs);
    metrics.list.pending.set(key, pending.length);
    metrics.list.oldestPending.set(key, oldestPendingSeconds);
    metrics.list.unfit.set(key, isUnfit ? 1 : 0);
  }
}
