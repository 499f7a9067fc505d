import type { Job } from '../db/jobQueue.ts';
import type { ProofBody } from '../db/tables.ts';
import { queueStage } from '../queueStage.ts';
import type { Stage } from '../stage.ts';
import type { ProveModules, ProveOptions } from './modules.ts';
import { improves, namesIn, proofToWire } from './proofs.ts';

/** A proof that is not on the chain yet is announced again after so long, each time after twice as long. */
const AGAIN_MS = { first: 10_000, most: 160_000 };

/** On a node that carries nothing: proofs are told to the carriers until the chain has them. */
export function announceProofStage(options: ProveOptions, modules: ProveModules): Stage<Job<ProofBody>> {
  return queueStage({
    name: 'back-announce',
    queue: modules.tables.queues.submitProof,
    tables: modules.tables,
    idleMs: options.idleMs,
    run: (job) => announce(job, modules),
    transferId: namesIn,
  });
}

async function announce(job: Job<ProofBody>, modules: ProveModules): Promise<void> {
  const { tables, log } = modules;
  const { submitProof, prove } = tables.queues;
  if (!(await improves(job.body, modules))) {
    const writes = tables.writes('back-announce/done');
    submitProof.remove(writes, job.id);
    for (const rightsId of job.body.rightsIds) prove.rouse(writes, rightsId);
    return writes.commit();
  }
  const waitMs = Math.min(AGAIN_MS.first * 2 ** job.attempts, AGAIN_MS.most);
  const writes = tables.writes('back-announce/again');
  submitProof.postpone(writes, job, waitMs);
  await writes.commit();
  modules.announceProof(proofToWire(job.body));
  log.info({ stage: 'back-announce', transferId: namesIn(job.body), times: job.attempts + 1 }, 'announced');
}
