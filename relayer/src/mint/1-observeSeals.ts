import type { AssetEvent, LaneView } from '@twinspan/sdk';
import { laneKey } from '../db/keys.ts';
import type { Writes } from '../db/writes.ts';
import type { Observer } from '../observer.ts';
import { rankOf } from '../rank.ts';
import type { GatewayModules, GatewayOptions } from './modules.ts';

/** What a gateway sees on the asset chain: lanes, what waits for a seal, epochs that want a bundle. */
export function sealObserver(options: GatewayOptions, modules: GatewayModules): Observer {
  return {
    onAsset: (event, writes) => onAsset(event, writes, options, modules),
    onReorg: async (_kept, writes) => {
      for (const { laneId } of modules.lanes.all()) await reconcileLane(laneId, writes, options, modules);
    },
  };
}

/** Asks both chains where every lane of this bridge stands and makes sure that each undelivered epoch has its job. */
export async function reconcileLanes(options: GatewayOptions, modules: GatewayModules): Promise<void> {
  const writes = modules.tables.writes('start/lanes');
  for await (const lane of modules.asset.lanes()) {
    if (isOurs(lane, options)) await reconcileLane(lane.laneId, writes, options, modules);
  }
  await writes.commit();
}

async function reconcileLane(
  laneId: bigint,
  writes: Writes,
  options: GatewayOptions,
  modules: GatewayModules,
): Promise<void> {
  const sealed = await modules.asset.lane(laneId);
  if (sealed === undefined || !isOurs(sealed, options)) return;
  const delivered = await modules.trading.bridgeLane(laneId);
  modules.lanes.adopt(sealed, delivered);
  modules.lanes.rewind(laneId, delivered.epoch);
  for (let epoch = delivered.epoch + 1n; epoch <= sealed.epoch; epoch++)
    wantBundle(laneId, epoch, writes, options, modules);
  modules.desk.sealedThrough(laneId, sealed.nextMessage);
  modules.desk.touch(laneId);
  // Whatever is pending on the chain is found by the sealer when it looks.
  modules.desk.locked(laneId, 1);
}

async function onAsset(
  event: AssetEvent,
  writes: Writes,
  options: GatewayOptions,
  modules: GatewayModules,
): Promise<void> {
  if (event.name === 'LaneOpened') return reconcileLane(event.laneId, writes, options, modules);
  if (event.name === 'Sealed') return onSealed(event.laneId, event.epoch, writes, options, modules);
  if (event.name === 'RecordChanged') for (const { laneId } of modules.lanes.all()) changed(laneId, 0, writes, modules);
  else if (event.name === 'Locked') changed(event.laneId, event.count, writes, modules);
  else if (event.name !== 'AttestorsApproved') changed(event.laneId, 0, writes, modules);
}

/** Something on the lane is different: the sealer looks again, also where it had given up. */
function changed(laneId: bigint, locks: number, writes: Writes, { lanes, desk, tables }: GatewayModules): void {
  if (lanes.get(laneId) === undefined) return;
  if (locks > 0) desk.locked(laneId, locks);
  else desk.touch(laneId);
  if (tables.queues.seal.get(laneId.toString())?.parked !== undefined)
    tables.queues.seal.rouse(writes, laneId.toString());
}

async function onSealed(
  laneId: bigint,
  epoch: bigint,
  writes: Writes,
  options: GatewayOptions,
  modules: GatewayModules,
): Promise<void> {
  const { lanes, metrics, asset, desk } = modules;
  const lane = lanes.get(laneId);
  if (lane === undefined) return;
  const isAnothers = epoch > lane.sealed && lane.custodian === options.mspId;
  if (isAnothers) desk.sealedThrough(laneId, (await asset.lane(laneId))?.nextMessage ?? 0n);
  lanes.sealed(laneId, epoch);
  metrics.list.undelivered.set(lanes.undelivered());
  wantBundle(laneId, epoch, writes, options, modules);
}

function wantBundle(
  laneId: bigint,
  epoch: bigint,
  writes: Writes,
  options: GatewayOptions,
  modules: GatewayModules,
): void {
  const { queues } = modules.tables;
  const key = laneKey(laneId, epoch);
  const lane = modules.lanes.get(laneId);
  const confirming = queues.confirmMint.get(key);
  if (lane === undefined || epoch <= lane.delivered) return;
  if (queues.deliver.get(key) !== undefined || confirming !== undefined) return;
  const place =
    lane.custodian === options.mspId
      ? modules.turns.endorseRank(laneId, epoch)
      : 1 + rankOf(options.node, options.gateways, `endorse/${key}`);
  queues.endorse.addOnce(
    writes,
    key,
    { laneId, epoch },
    { notBeforeMs: modules.clock() + place * options.endorseDelayMs },
  );
}

function isOurs(lane: LaneView, options: GatewayOptions): boolean {
  return lane.tradingChainId === options.tradingChainId && lane.bridge === options.bridge;
}
