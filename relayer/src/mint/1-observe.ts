import type { AssetEvent, BridgeEvent, LaneView } from '@twinspan/sdk';
import { laneKey } from '../db/keys.ts';
import type { HeldRow } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Observer } from '../observer.ts';
import { rankOf } from '../rank.ts';
import type { MintModules, MintOptions } from './modules.ts';
import { sealRank } from './sealTurns.ts';

/** Turns what happened on both chains into work for the stages behind. */
export function mintObserver(options: MintOptions, modules: MintModules): Observer {
  return {
    onAsset: (event, writes) => onAsset(event, writes, options, modules),
    onTrading: (event, writes) => onTrading(event, writes, modules),
    onReorg: async (_kept, writes) => {
      for (const { laneId } of modules.lanes.all()) await reconcileLane(laneId, writes, options, modules);
    },
  };
}

/** Asks both chains where every lane of this bridge stands and makes sure that each undelivered epoch has its job. */
export async function reconcileLanes(options: MintOptions, modules: MintModules): Promise<void> {
  const writes = modules.tables.writes('start/lanes');
  for await (const lane of modules.asset.lanes()) {
    if (isOurs(lane, options)) await reconcileLane(lane.laneId, writes, options, modules);
  }
  await writes.commit();
}

async function reconcileLane(
  laneId: bigint,
  writes: Writes,
  options: MintOptions,
  modules: MintModules,
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

async function onAsset(event: AssetEvent, writes: Writes, options: MintOptions, modules: MintModules): Promise<void> {
  if (event.name === 'LaneOpened') return reconcileLane(event.laneId, writes, options, modules);
  if (event.name === 'Sealed') return onSealed(event.laneId, event.epoch, writes, options, modules);
  if (event.name === 'RecordChanged') for (const { laneId } of modules.lanes.all()) changed(laneId, 0, writes, modules);
  else if (event.name === 'Locked') changed(event.laneId, event.count, writes, modules);
  else if (event.name !== 'AttestorsApproved') changed(event.laneId, 0, writes, modules);
}

/** Something on the lane is different: the sealer looks again, also where it had given up. */
function changed(laneId: bigint, locks: number, writes: Writes, { lanes, desk, tables }: MintModules): void {
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
  options: MintOptions,
  modules: MintModules,
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

function wantBundle(laneId: bigint, epoch: bigint, writes: Writes, options: MintOptions, modules: MintModules): void {
  const { queues } = modules.tables;
  const key = laneKey(laneId, epoch);
  const lane = modules.lanes.get(laneId);
  const confirming = queues.confirmMint.get(key);
  if (lane === undefined || epoch <= lane.delivered) return;
  if (queues.deliver.get(key) !== undefined || confirming !== undefined) return;
  const place =
    lane.custodian === options.mspId
      ? sealRank(options, laneId)
      : 1 + rankOf(options.node, options.gateways, `endorse/${key}`);
  queues.endorse.addOnce(
    writes,
    key,
    { laneId, epoch },
    { notBeforeMs: modules.clock() + place * options.endorseDelayMs },
  );
}

async function onTrading(event: BridgeEvent, writes: Writes, modules: MintModules): Promise<void> {
  switch (event.name) {
    case 'EpochDelivered':
      return onDelivered(event, writes, modules);
    case 'MessageHeld':
      onHeld({ ...event.held, reason: event.reason }, writes, modules);
      return;
    case 'HeldMinted':
    case 'HeldBounced':
      onSettled(event.laneId, event.message, writes, modules);
      return;
    default:
      await rouseHeld((held) => mayEndHold(event, held), writes, modules);
  }
}

/** Whether an event can be what a held message waits for; whether it is shows when the message is tried. */
function mayEndHold(event: BridgeEvent, held: HeldRow): boolean {
  if (event.name === 'Listed' || event.name === 'StateAttested') return event.rightsId === held.rightsId;
  const isOfBackings = event.name === 'BackingProven' || event.name === 'PolicySet';
  return isOfBackings && held.reason === 'RECORD_NOT_BACKED';
}

type Delivered = Extract<BridgeEvent, { name: 'EpochDelivered' }>;

async function onDelivered(event: Delivered, writes: Writes, modules: MintModules): Promise<void> {
  const { laneId, epoch } = event;
  const { tables, lanes, metrics, log, clock } = modules;
  const key = laneKey(laneId, epoch);
  const isNews = epoch > (lanes.get(laneId)?.delivered ?? 0n);
  lanes.delivered(laneId, epoch);
  metrics.list.undelivered.set(lanes.undelivered());
  const row = await tables.epochs.get(key);
  if (row !== undefined)
    writes.put(tables.epochs, key, { ...row, delivered: { block: event.blockNumber, txHash: event.txHash } });
  if (tables.queues.deliver.get(key) !== undefined) {
    tables.queues.deliver.remove(writes, key);
    tables.queues.confirmMint.addOnce(writes, key, { laneId, epoch });
  }
  tables.queues.endorse.remove(writes, key);
  if (!isNews) return;
  metrics.list.delivered.inc(event.messageCount);
  if (row !== undefined) metrics.list.sealToMint.observe(Math.max(0, clock() / 1_000 - Number(row.sealedAt)));
  log.info(
    { transferId: `${laneId}/${epoch}`, block: event.blockNumber.toString(), messages: event.messageCount },
    'delivered',
  );
}

function onHeld(held: HeldRow, writes: Writes, modules: MintModules): void {
  const { tables, log } = modules;
  const { laneId, message, reason } = held;
  const key = laneKey(laneId, message);
  writes.put(tables.held, key, held);
  tables.queues.retry.add(writes, key, { laneId, message, reason });
  countHeld(writes, modules);
  log.warn({ transferId: `${laneId}/message/${message}`, reason }, 'held');
}

function onSettled(laneId: bigint, message: bigint, writes: Writes, modules: MintModules): void {
  const { tables, log } = modules;
  const key = laneKey(laneId, message);
  tables.queues.retry.remove(writes, key);
  writes.del(tables.held, key);
  countHeld(writes, modules);
  log.info({ transferId: `${laneId}/message/${message}` }, 'no longer held');
}

function countHeld(writes: Writes, { tables, metrics }: MintModules): void {
  writes.afterwards(() => {
    metrics.list.held.reset();
    for (const job of tables.queues.retry.all()) metrics.list.held.inc({ reason: job.body.reason });
  });
}

async function rouseHeld(concerns: (held: HeldRow) => boolean, writes: Writes, { tables }: MintModules): Promise<void> {
  if (tables.queues.retry.size === 0) return;
  for await (const [key, held] of tables.held.entries()) {
    if (concerns(held)) tables.queues.retry.rouse(writes, key);
  }
}

function isOurs(lane: LaneView, options: MintOptions): boolean {
  return lane.tradingChainId === options.tradingChainId && lane.bridge === options.bridge;
}
