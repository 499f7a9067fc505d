import { improvesBound, unpackBound } from '@twinspan/protocol';
import type { Job } from '../db/jobQueue.ts';
import type { ProofBody } from '../db/tables.ts';
import { queueStage } from '../queueStage.ts';
import type { Stage } from '../stage.ts';
import type { BackModules, BackOptions } from './modules.ts';

/** Carries proofs to the trading chain; one that would improve nothing any more is dropped. */
export function submitProofStage(options: BackOptions, modules: BackModules): Stage<Job<ProofBody>> {
  return queueStage({
    name: 'back-submit',
    queue: modules.tables.queues.submitProof,
    tables: modules.tables,
    idleMs: options.idleMs,
    run: (job) => submit(job, modules),
    transferId: ({ rightsIds }) => rightsIds.join(','),
  });
}

async function submit(job: Job<ProofBody>, modules: BackModules): Promise<void> {
  const { tables, trading, submissions, log } = modules;
  const { submitProof, confirmProof, prove } = tables.queues;
  if (!(await improves(job.body, modules))) {
    const writes = tables.writes('back-submit/drop');
    submitProof.remove(writes, job.id);
    for (const rightsId of job.body.rightsIds) prove.rouse(writes, rightsId);
    return writes.commit();
  }
  const { commitments, proof, rightsIds } = job.body;
  const bounds = job.body.bounds.map(unpackBound);
  const sent = await submissions.send({
    stage: 'back-submit',
    purpose: purposeOf(job.id),
    send: (terms) => trading.prove({ commitments, bounds, proof }, terms),
    note: (nonce, writes) => {
      submitProof.remove(writes, job.id);
      confirmProof.add(writes, job.id, { ...job.body, nonce }, { attempts: job.attempts });
    },
    undo: (_nonce, writes) => {
      confirmProof.remove(writes, job.id);
      submitProof.add(writes, job.id, job.body, { attempts: job.attempts });
    },
  });
  log.info({ stage: 'back-submit', transferId: rightsIds.join(','), nonce: sent.nonce, hash: sent.hash }, 'sent');
}

async function improves({ commitments, bounds, policy }: ProofBody, { trading }: BackModules): Promise<boolean> {
  if ((await trading.policy()).packed !== policy) return false;
  for (const [place, commitment] of commitments.entries()) {
    const stored = await trading.backing(commitment, policy);
    if (improvesBound(unpackBound(bounds[place] ?? 0n), stored)) return true;
  }
  return false;
}

export function purposeOf(jobId: string): string {
  return `prove/${jobId}`;
}
