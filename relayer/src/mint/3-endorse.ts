import { assembleBundle, bundleToWire, verifyBundle } from '@twinspan/sdk';
import { Fault } from '@twinspan/protocol';
import type { Job } from '../db/jobQueue.ts';
import type { AtEpoch } from '../db/tables.ts';
import { queueStage } from '../queueStage.ts';
import type { Stage } from '../stage.ts';
import { acceptBundle } from './bundles.ts';
import type { GatewayModules, GatewayOptions } from './modules.ts';

/** Has K orgs endorse a committed read of the epoch's header and puts the bundle together. */
export function endorseStage(options: GatewayOptions, modules: GatewayModules): Stage<Job<AtEpoch>> {
  return queueStage({
    name: 'mint-endorse',
    queue: modules.tables.queues.endorse,
    tables: modules.tables,
    idleMs: options.idleMs,
    run: (job) => endorse(job, options, modules),
    transferId: ({ laneId, epoch }) => `${laneId}/${epoch}`,
  });
}

async function endorse(job: Job<AtEpoch>, options: GatewayOptions, modules: GatewayModules): Promise<void> {
  const { laneId, epoch } = job.body;
  const { asset, consortium, tables, log } = modules;
  const orgs = endorsersFor(options, [...new Set(consortium.members.map((member) => member.mspId))], job.attempts);
  const [endorsed, view] = await Promise.all([asset.endorseEpoch(laneId, epoch, orgs), asset.epoch(laneId, epoch)]);
  if (view === undefined) throw new Fault('EPOCH_UNKNOWN', `this org's peer does not have epoch ${epoch} yet`);
  const bundle = assembleBundle(endorsed, view.words, consortium.members);
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

/** The own org first, then as many others as are needed; after a failure the next ones are asked. */
export function endorsersFor(
  options: Pick<GatewayOptions, 'mspId' | 'endorsementsNeeded'>,
  members: readonly string[],
  attempts: number,
): readonly string[] {
  const own = members.filter((mspId) => mspId === options.mspId);
  const others = members.filter((mspId) => mspId !== options.mspId);
  const turned = others.map((_, place) => others[(place + attempts) % others.length] ?? '');
  // A third failure in a row may be the own peer's: then the others are asked alone.
  const order = attempts % 3 === 2 ? [...turned, ...own] : [...own, ...turned];
  return order.slice(0, options.endorsementsNeeded);
}
