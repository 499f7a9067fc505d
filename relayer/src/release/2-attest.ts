import { attestorAddressOf } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { Job } from '../db/jobQueue.ts';
import type { AtBlock, AttestationRow } from '../db/tables.ts';
import { queueStage } from '../queueStage.ts';
import type { Stage } from '../stage.ts';
import { attestationToWire } from './attestations.ts';
import { checkpointToSign } from './checkpointToSign.ts';
import type { ReleaseModules, ReleaseOptions } from './modules.ts';

interface AttestOptions extends ReleaseOptions {
  readonly attestorKey: Hex;
}

/** A signature that others may have missed is said again so often, each time after twice as long. */
const MOST_ANNOUNCEMENTS = 6;
const AGAIN_MS = 2_000;

/** Signs checkpoints, and only for blocks that this node's own view of the trading chain calls final. */
export function attestStage(options: AttestOptions, modules: ReleaseModules): Stage<Job<AtBlock>> {
  return queueStage({
    name: 'release-attest',
    queue: modules.tables.queues.attest,
    tables: modules.tables,
    idleMs: options.idleMs,
    run: (job) => attest(job, options, modules),
    transferId: ({ blockNumber }) => `checkpoint/${blockNumber}`,
  });
}

async function attest(job: Job<AtBlock>, options: AttestOptions, modules: ReleaseModules): Promise<void> {
  const { attestorKey } = options;
  const { blockNumber } = job.body;
  const { tables, attestations, announceAttestation, clock, metrics, log } = modules;
  const known = attestations.get(blockNumber, attestorAddressOf(attestorKey));
  if (known !== undefined && job.attempts > 0) return announceAgain(job, known, modules);
  const checkpoint = await checkpointToSign(blockNumber, modules);
  const writes = tables.writes('release-attest/signed');
  const attestation = attestations.vouch(checkpoint, { key: attestorKey, atMs: clock() }, writes);
  // A gateway sees for itself whether others lack its signature, when it releases.
  if (options.turns !== undefined) tables.queues.attest.remove(writes, job.id);
  else tables.queues.attest.postpone(writes, job, AGAIN_MS);
  writes.afterwards(() => {
    announceAttestation(attestationToWire(attestation));
  });
  await writes.commit();
  metrics.list.attestationsSeen.inc({ attestor: attestation.attestor });
  log.info({ stage: 'release-attest', transferId: `checkpoint/${blockNumber}` }, 'attested');
}

async function announceAgain(
  job: Job<AtBlock>,
  attestation: AttestationRow,
  { tables, announceAttestation }: ReleaseModules,
): Promise<void> {
  const writes = tables.writes('release-attest/again');
  if (job.attempts >= MOST_ANNOUNCEMENTS) tables.queues.attest.remove(writes, job.id);
  else tables.queues.attest.postpone(writes, job, AGAIN_MS * 2 ** job.attempts);
  await writes.commit();
  announceAttestation(attestationToWire(attestation));
}
