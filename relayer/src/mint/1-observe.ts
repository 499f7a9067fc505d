import type { BridgeEvent } from '@twinspan/sdk';
import { Draft } from '../chronicle/draft.ts';
import { laneKey, laneRange, numberKey } from '../db/keys.ts';
import type { HeldRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Observer } from '../observer.ts';
import { dropHeld, keepHeld, rouseRecord, rouseRecords } from './heldRows.ts';
import type { MintModules, MintOptions } from './modules.ts';

/** Turns what happened on the trading chain into work for the stages behind. */
export function mintObserver(options: MintOptions, modules: MintModules): Observer {
  const observing = { ...modules, heldDrafts: new Draft(modules.tables.held) };
  for (const { body } of modules.tables.queues.retry.all()) modules.metrics.list.held.inc({ reason: body.reason });
  return {
    onTrading: (event, writes) => onTrading(event, writes, options, observing),
    onHead: ({ final }, writes) => forgetSettled(final, writes, modules),
    onReorg: async (kept, writes) => {
      await holdAgain(kept, writes, observing);
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

interface Observing extends MintModules {
  /** One batch may hold a message and mint it. */
  readonly heldDrafts: Draft<HeldRow>;
}

async function onTrading(event: BridgeEvent, writes: Writes, options: MintOptions, modules: Observing): Promise<void> {
  switch (event.name) {
    case 'EpochDelivered':
      if (options.learnsLanes) learn(event, modules);
      return onDelivered(event, writes, modules);
    case 'MessageHeld':
      onHeld({ ...event.held, reason: event.reason }, writes, modules);
      return;
    case 'HeldMinted':
    case 'HeldBounced':
      return onSettled(event, writes, modules);
    default:
      return mayEndHolds(event, writes, modules);
  }
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
  if (tables.queues.deliver.get(key) !== undefined) {
    tables.queues.deliver.remove(writes, key);
    tables.queues.confirmMint.addOnce(writes, key, { laneId, epoch });
  }
  tables.queues.endorse.remove(writes, key);
  if (!isNews) return;
  metrics.list.delivered.inc(event.messageCount);
  const row = await tables.epochs.get(key);
  if (row !== undefined) metrics.list.sealToMint.observe(Math.max(0, clock() / 1_000 - Number(row.sealedAt)));
  log.info(
    { transferId: `${laneId}/${epoch}`, block: event.blockNumber.toString(), messages: event.messageCount },
    'delivered',
  );
}

function onHeld(held: HeldRow, writes: Writes, modules: Observing): void {
  keepHeld(held, writes, modules.heldDrafts, modules);
  modules.log.warn({ transferId: `${held.laneId}/message/${held.message}`, reason: held.reason }, 'held');
}

type Settled = Extract<BridgeEvent, { name: 'HeldMinted' | 'HeldBounced' }>;

/** What let one message of a record in lets in others. */
async function onSettled(event: Settled, writes: Writes, modules: Observing): Promise<void> {
  const { laneId, message, blockNumber } = event;
  const held = await modules.heldDrafts.get(writes, laneKey(laneId, message));
  if (held === undefined) return;
  // Kept until its block is final: a reorganization may hold the message again.
  writes.put(modules.tables.settled, `${numberKey(blockNumber)}/${laneKey(laneId, message)}`, held);
  dropHeld(held, writes, modules);
  await rouseRecord(held.rightsId, writes, modules);
  modules.log.info({ transferId: `${laneId}/message/${message}` }, 'no longer held');
}

/** Whether an event can be what held messages wait for; whether it is shows when they are tried. */
async function mayEndHolds(event: BridgeEvent, writes: Writes, modules: MintModules): Promise<void> {
  if (modules.tables.queues.retry.size === 0) return;
  if (event.name === 'Listed' || event.name === 'StateAttested') return rouseRecord(event.rightsId, writes, modules);
  if (event.name === 'BackingProven' || event.name === 'PolicySet') return rouseRecords(writes, modules);
}

async function forgetSettled(final: bigint, writes: Writes, { tables }: MintModules): Promise<void> {
  for await (const [key] of tables.settled.entries({ to: numberKey(final + 1n) })) writes.del(tables.settled, key);
}

async function holdAgain(kept: bigint, writes: Writes, modules: Observing): Promise<void> {
  const { tables } = modules;
  for await (const [key, held] of tables.settled.entries({ from: numberKey(kept + 1n) })) {
    writes.del(tables.settled, key);
    onHeld(held, writes, modules);
  }
}
