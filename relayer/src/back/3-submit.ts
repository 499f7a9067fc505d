import { unpackBound } from '@twinspan/protocol';
import { proveCall } from '@twinspan/sdk';
import type { Call, TradingChain } from '@twinspan/sdk';
import type { Job } from '../db/jobQueue.ts';
import type { ProofBody, Tables } from '../db/tables.ts';
import { queueStage } from '../queueStage.ts';
import type { Stage } from '../stage.ts';
import type { CarryModules, CarryOptions } from './modules.ts';
import { improves, namesIn } from './proofs.ts';

/** Carries proofs to the trading chain; one that would improve nothing any more is dropped. */
export function submitProofStage(options: CarryOptions, modules: CarryModules): Stage<Job<ProofBody>> {
  return queueStage({
    name: 'back-submit',
    queue: modules.tables.queues.submitProof,
    tables: modules.tables,
    idleMs: options.idleMs,
    run: (job) => submit(job, modules),
    transferId: namesIn,
  });
}

async function submit(job: Job<ProofBody>, modules: CarryModules): Promise<void> {
  const { tables, trading, wallet, log } = modules;
  const { submitProof, confirmProof, prove } = tables.queues;
  if (!(await improves(job.body, modules))) {
    const writes = tables.writes('back-submit/drop');
    submitProof.remove(writes, job.id);
    for (const rightsId of job.body.rightsIds) prove.rouse(writes, rightsId);
    return writes.commit();
  }
  const { nonce, sender } = await wallet.send({
    stage: 'back-submit',
    purpose: purposeOf(job.id),
    call: callOf(job.body, trading),
    note: (sentAs, writes) => {
      const earlier = confirmProof.get(job.id);
      // Nobody asks any more what became of it; if it never left, its nonce is filled.
      if (earlier !== undefined) wallet.forget(earlier.body.sentAs, purposeOf(job.id), writes);
      submitProof.remove(writes, job.id);
      confirmProof.add(writes, job.id, { ...job.body, sentAs }, { attempts: job.attempts });
    },
    undo: (writes) => {
      confirmProof.remove(writes, job.id);
      submitProof.add(writes, job.id, job.body, job);
    },
  });
  log.info({ stage: 'back-submit', transferId: namesIn(job.body), sender, nonce }, 'sent');
}

function callOf({ commitments, bounds, proof }: ProofBody, { addresses }: Pick<TradingChain, 'addresses'>): Call {
  return proveCall(addresses.backings, { commitments, bounds: bounds.map(unpackBound), proof });
}

interface RecallModules {
  readonly tables: Tables;
  readonly trading: Pick<TradingChain, 'policy' | 'backing' | 'addresses'>;
}

/** undefined once the proof would improve nothing. */
export async function recallProof(jobId: string, modules: RecallModules): Promise<Call | undefined> {
  const job = modules.tables.queues.confirmProof.get(jobId);
  if (job === undefined || !(await improves(job.body, modules))) return undefined;
  return callOf(job.body, modules.trading);
}

export function purposeOf(jobId: string): string {
  return `prove/${jobId}`;
}
