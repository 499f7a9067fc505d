import type { BridgeEvent } from '@twinspan/sdk';
import { laneKey, laneRange } from '../db/keys.ts';
import type { HeldRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Observer } from '../observer.ts';
import type { MintModules, MintOptions } from './modules.ts';

/** Turns what happened on the trading chain into work for the stages behind. */
export function mintObserver(options: MintOptions, modules: MintModules): Observer {
  return {
    onTrading: (event, writes) => onTrading(event, writes, options, modules),
    onReorg: async () => {
      for (const { laneId } of modules.lanes.all()) {
        modules.lanes.rewind(laneId, (await modules.trading.bridgeLane(laneId)).epoch);
      }
    },
  };
}

/** Without a gateway the lanes known before a restart are those of the epochs in the store. */
export async function recallLanes({ tables, trading, lanes }: MintModules): Promise<void> {
  for await (const { laneId, epoch } of newestEpochs(tables)) {
    const delivered = await trading.bridgeLane(laneId);
    lanes.adopt({ laneId, epoch: epoch > delivered.epoch ? epoch : delivered.epoch }, delivered);
  }
}

async function* newestEpochs({ epochs }: Tables): AsyncGenerator<{ laneId: bigint; epoch: bigint }> {
  let laneId = 0n;
  for (;;) {
    const first = await nextRow(epochs.entries({ from: laneKey(laneId, 0n), limit: 1 }));
    if (first === undefined) return;
    const newest = await nextRow(epochs.entries({ ...laneRange(first.laneId, 0n), reverse: true, limit: 1 }));
    yield newest ?? first;
    laneId = first.laneId + 1n;
  }
}

async function nextRow<Row>(rows: AsyncIterable<[string, Row]>): Promise<Row | undefined> {
  for await (const [, row] of rows) return row;
  return undefined;
}

async function onTrading(
  event: BridgeEvent,
  writes: Writes,
  options: MintOptions,
  modules: MintModules,
): Promise<void> {
  switch (event.name) {
    case 'EpochDelivered':
      if (options.learnsLanes) learn(event, modules);
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

function learn({ laneId, epoch }: Delivered, { lanes }: MintModules): void {
  if (lanes.get(laneId) === undefined) lanes.adopt({ laneId, epoch }, { epoch });
}

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
