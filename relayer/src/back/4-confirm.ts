import type { Job } from '../db/jobQueue.ts';
import type { SentProof } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import { headStage } from '../headStage.ts';
import type { Head } from '../headStage.ts';
import type { Stage } from '../stage.ts';
import { purposeOf } from './3-submit.ts';
import type { CarryModules, CarryOptions } from './modules.ts';
import { namesIn } from './proofs.ts';

/** Watches proofs until they are final; then their records are looked at again, which sets the time of the next look. */
export function confirmProofStage(options: CarryOptions, modules: CarryModules): Stage<Head> {
  const minedAt = new Map<string, bigint>();
  const { tables, heads } = modules;
  return headStage({
    name: 'back-confirm',
    queue: tables.queues.confirmProof,
    heads,
    idleMs: options.idleMs,
    run: async (head) => {
      for (const job of [...tables.queues.confirmProof.all()]) await confirm(job, head, minedAt, modules);
    },
  });
}

async function confirm(
  job: Job<SentProof>,
  head: Head,
  minedAt: Map<string, bigint>,
  modules: CarryModules,
): Promise<void> {
  const { tables, wallet, log } = modules;
  const { sentAs, ...body } = job.body;
  const verdict = await wallet.verdict(sentAs, purposeOf(job.id));
  const writes = tables.writes('back-confirm/settle');
  if (verdict === 'waiting') {
    // Out of its block again, if it was in one.
    minedAt.delete(job.id);
    return;
  }
  if (verdict === 'gone') {
    minedAt.delete(job.id);
    close(job, writes, modules);
    tables.queues.submitProof.add(writes, job.id, body, { attempts: job.attempts + 1 });
    return writes.commit();
  }
  const block = minedAt.get(job.id) ?? head.latest;
  minedAt.set(job.id, block);
  if (head.final < block) return;
  minedAt.delete(job.id);
  close(job, writes, modules);
  for (const rightsId of body.rightsIds) tables.queues.prove.rouse(writes, rightsId);
  await writes.commit();
  log.info({ stage: 'back-confirm', transferId: namesIn(body), ...sentAs }, 'backed');
}

function close(job: Job<SentProof>, writes: Writes, { tables, wallet }: CarryModules): void {
  tables.queues.confirmProof.remove(writes, job.id);
  wallet.forget(job.body.sentAs, purposeOf(job.id), writes);
}
