import { Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { Job } from '../db/jobQueue.ts';
import type { AtBlock } from '../db/tables.ts';
import { queueStage } from '../queueStage.ts';
import type { Stage } from '../stage.ts';
import { attestationToWire } from './attestations.ts';
import type { ReleaseModules, ReleaseOptions } from './modules.ts';

/** Signs checkpoints, and only for blocks that this node's own view of the trading chain calls final. */
export function attestStage(
  options: ReleaseOptions & { attestorKey: Hex },
  modules: ReleaseModules,
): Stage<Job<AtBlock>> {
  return queueStage({
    name: 'release-attest',
    queue: modules.tables.queues.attest,
    tables: modules.tables,
    idleMs: options.idleMs,
    run: (job) => attest(job, options.attestorKey, modules),
    transferId: ({ blockNumber }) => `checkpoint/${blockNumber}`,
  });
}

async function attest(job: Job<AtBlock>, attestorKey: Hex, modules: ReleaseModules): Promise<void> {
  const { blockNumber } = job.body;
  const { trading, tables, attestations, announceAttestation, log } = modules;
  if ((await trading.finalizedBlock()) < blockNumber) throw new Fault('REORGED', `block ${blockNumber} is not final`);
  const attestation = attestations.sign(await trading.checkpoint(blockNumber), attestorKey);
  const writes = tables.writes('release-attest/signed');
  attestations.keep(attestation, writes);
  tables.queues.attest.remove(writes, job.id);
  writes.afterwards(() => {
    announceAttestation(attestationToWire(attestation));
  });
  await writes.commit();
  log.info({ stage: 'release-attest', transferId: `checkpoint/${blockNumber}` }, 'attested');
}
