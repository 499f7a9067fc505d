import { assembleBundle, bundleToWire, verifyBundle } from '@twinspan/sdk';
import { Fault } from '@twinspan/protocol';
import type { FaultCode } from '@twinspan/protocol';
import { asFault } from '../asFault.ts';
import type { Job } from '../db/jobQueue.ts';
import type { AtEpoch } from '../db/tables.ts';
import { queueStage } from '../queueStage.ts';
import type { Stage } from '../stage.ts';
import { acceptBundle } from './bundles.ts';
import { Endorsers } from './endorsers.ts';
import type { GatewayModules, GatewayOptions } from './modules.ts';

/** Has K orgs endorse a committed read of the epoch's header and puts the bundle together. */
export function endorseStage(options: GatewayOptions, modules: GatewayModules): Stage<Job<AtEpoch>> {
  const members = [...new Set(modules.consortium.members.map((member) => member.mspId))];
  const endorsers = new Endorsers({ mspId: options.mspId, members, needed: options.endorsementsNeeded }, modules.clock);
  return queueStage({
    name: 'mint-endorse',
    queue: modules.tables.queues.endorse,
    tables: modules.tables,
    idleMs: options.idleMs,
    run: (job) => endorse(job, endorsers, modules),
    transferId: ({ laneId, epoch }) => `${laneId}/${epoch}`,
  });
}

async function endorse(job: Job<AtEpoch>, endorsers: Endorsers, modules: GatewayModules): Promise<void> {
  const { laneId, epoch } = job.body;
  const { asset, consortium, tables, log } = modules;
  const orgs = endorsers.next();
  const [endorsed, view] = await Promise.all([
    askedOf(orgs, endorsers, () => asset.endorseEpoch(laneId, epoch, orgs)),
    asset.epoch(laneId, epoch),
  ]);
  if (view === undefined) throw new Fault('EPOCH_UNKNOWN', `this org's peer does not have epoch ${epoch} yet`);
  const bundle = await askedOf(orgs, endorsers, () => assembleBundle(endorsed, view.words, consortium.members));
  endorsers.succeeded(orgs);
  const verified = verifyBundle(bundle, consortium);
  const writes = tables.writes('mint-endorse/endorsed');
  if (acceptBundle(bundle, verified, modules, writes))
    writes.afterwards(() => {
      modules.announceBundle(bundleToWire(bundle));
    });
  await writes.commit();
  modules.metrics.list.sealed.inc(verified.header.messageCount);
  log.info({ stage: 'mint-endorse', transferId: `${laneId}/${epoch}`, orgs }, 'endorsed');
}

/** An endorsement that cannot be used is one that is missing: others may give theirs. */
const useless: ReadonlySet<FaultCode> = new Set<FaultCode>(['SIGNER_UNKNOWN', 'SIGNATURE_BAD']);

async function askedOf<Answer>(
  orgs: readonly string[],
  endorsers: Endorsers,
  ask: () => Answer | Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    endorsers.failed(orgs);
    const { code, sentence } = asFault(error);
    throw useless.has(code) ? new Fault('ENDORSEMENTS_SHORT', `${code}: ${sentence}`, { cause: error }) : error;
  }
}
