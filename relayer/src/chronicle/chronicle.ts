import { bounceTargetOf } from '@twinspan/protocol';
import type { AssetEvent, BridgeEvent } from '@twinspan/sdk';
import { laneKey, laneRange, numberKey, recordKey } from '../db/keys.ts';
import type { HoldRow, RecordRow, ReleaseRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Heads } from '../heads.ts';
import type { Observer } from '../observer.ts';
import { Draft } from './draft.ts';
import type { EventRing } from './eventRing.ts';
import { forgetOld } from './retention.ts';
import type { Retention } from './retention.ts';

interface Modules {
  readonly tables: Tables;
  readonly live: EventRing;
  readonly heads: Heads;
  readonly retention: Retention;
  readonly clock: () => number;
}

type Of<Name extends BridgeEvent['name']> = Extract<BridgeEvent, { name: Name }>;

/**
 * Keeps what became of everything that crosses, for those who ask, and tells those who watch. Stages act without it, but
 * count by it what deliveries cost.
 */
export function chronicle(modules: Modules): Observer {
  const drafts = {
    holds: new Draft<HoldRow>(modules.tables.holds),
    releases: new Draft<ReleaseRow>(modules.tables.releases),
    records: new Draft<RecordRow>(modules.tables.records),
  };
  return {
    onTrading: (event, writes) => onTrading(event, writes, drafts, modules),
    onAsset: (event, writes) => onAsset(event, writes, drafts, modules),
    onReorg: (kept, writes) => undoAfter(kept, writes, modules),
  };
}

interface Drafts {
  readonly holds: Draft<HoldRow>;
  readonly releases: Draft<ReleaseRow>;
  readonly records: Draft<RecordRow>;
}

async function onTrading(event: BridgeEvent, writes: Writes, drafts: Drafts, modules: Modules): Promise<void> {
  switch (event.name) {
    case 'EpochDelivered':
      return onDelivered(event, writes, modules);
    case 'MessageHeld':
      onHeld(event, writes, drafts, modules);
      return;
    case 'HeldMinted':
    case 'HeldBounced':
      return onSettled(event, writes, drafts, modules);
    case 'Outboxed':
      return onOutboxed(event, writes, drafts, modules);
    case 'StateAttested':
      return onState(event, writes, drafts);
    case 'Listed':
      return onListed(event, writes, drafts);
    default:
  }
}

async function onDelivered(event: Of<'EpochDelivered'>, writes: Writes, modules: Modules): Promise<void> {
  const { laneId, epoch, firstMessage, messageCount, blockNumber: block, txHash } = event;
  const { tables, live } = modules;
  const key = laneKey(laneId, epoch);
  // Carried by someone whose bundle never came here: its place is known all the same.
  if ((await tables.epochs.get(key)) === undefined) {
    const place = { laneId, epoch, firstMessage, messageCount, stateCount: 0, sealedAt: 0n };
    writes.put(tables.epochs, key, { ...place, isFinal: false });
  }
  writes.put(tables.deliveries, key, { block, txHash });
  await forgetOld(event, writes, modules);
  writes.afterwards(() => {
    live.say('delivered', laneId, { epoch, messages: messageCount, block, txHash });
  });
}

function onHeld(event: Of<'MessageHeld'>, writes: Writes, { holds }: Drafts, { clock, live }: Modules): void {
  const { laneId, message, rightsId, recipient, units } = event.held;
  const held = { block: event.blockNumber, txHash: event.txHash, atMs: clock() };
  const row: HoldRow = { laneId, message, rightsId, recipient, units, reason: event.reason, held };
  holds.put(writes, laneKey(laneId, message), row);
  writes.afterwards(() => {
    live.say('held', laneId, { message, reason: event.reason, units, rightsId });
  });
}

async function onSettled(
  event: Of<'HeldMinted' | 'HeldBounced'>,
  writes: Writes,
  { holds }: Drafts,
  { clock, live }: Modules,
): Promise<void> {
  const { laneId, message, blockNumber: block, txHash } = event;
  const how = event.name === 'HeldMinted' ? 'minted' : 'bounced';
  const row = await holds.get(writes, laneKey(laneId, message));
  if (row !== undefined)
    holds.put(writes, laneKey(laneId, message), { ...row, ended: { block, txHash, atMs: clock(), how } });
  writes.afterwards(() => {
    live.say(how, laneId, { message, block, txHash });
  });
}

async function onOutboxed(
  event: Of<'Outboxed'>,
  writes: Writes,
  { holds, releases }: Drafts,
  { clock, live, tables }: Modules,
): Promise<void> {
  const { laneId, index, kind, rightsId, units, target, blockNumber: block, txHash } = event;
  const row = { laneId, index, kind, rightsId, units, target, outboxed: { block, txHash, atMs: clock() } };
  // The asset chain's feed may be ahead of this one.
  const applied = await tables.released.get(numberKey(laneId));
  const released = applied !== undefined && index < applied.through ? applied : undefined;
  releases.put(writes, laneKey(laneId, index), { ...row, released });
  const message = kind === 'BOUNCE' ? BigInt(target) : undefined;
  const hold = message === undefined ? undefined : await holds.get(writes, laneKey(laneId, message));
  if (hold !== undefined && bounceTargetOf(hold.message) === target)
    holds.put(writes, laneKey(laneId, hold.message), { ...hold, outboxIndex: index });
  writes.afterwards(() => {
    live.say('outboxed', laneId, { index, kind, units, rightsId });
  });
}

const STATUSES = ['ACTIVE', 'FROZEN', 'REVOKED'] as const;

async function onState(event: Of<'StateAttested'>, writes: Writes, { records }: Drafts): Promise<void> {
  const { laneId, rightsId, unitValue, valuedAt, commitment, blockNumber: block } = event;
  const key = recordKey(laneId, rightsId);
  const status = STATUSES[event.status - 1] ?? 'REVOKED';
  const attested = { status, unitValue, valuedAt, commitment, block };
  records.put(writes, key, { laneId, rightsId, token: (await records.get(writes, key))?.token, attested });
}

async function onListed(event: Of<'Listed'>, writes: Writes, { records }: Drafts): Promise<void> {
  const key = recordKey(event.laneId, event.rightsId);
  const { laneId, rightsId, token } = event;
  records.put(writes, key, { laneId, rightsId, token, attested: (await records.get(writes, key))?.attested });
}

async function onAsset(event: AssetEvent, writes: Writes, drafts: Drafts, modules: Modules): Promise<void> {
  const { live } = modules;
  if (event.name === 'Released') return onReleased(event, writes, drafts, modules);
  writes.afterwards(() => {
    if (event.name === 'Locked') live.say('locked', event.laneId, { messages: event.count, block: event.blockNumber });
    if (event.name === 'Sealed') live.say('sealed', event.laneId, { epoch: event.epoch });
    if (event.name === 'RecordChanged') live.say('record', undefined, { rightsId: event.rightsId });
  });
}

/** Backwards from the newest entry: where the last release ended, this one began. */
async function onReleased(
  event: Extract<AssetEvent, { name: 'Released' }>,
  writes: Writes,
  { releases }: Drafts,
  { clock, live, tables }: Modules,
): Promise<void> {
  const { laneId, releasedThrough, blockNumber: block, txId } = event;
  if (releasedThrough === 0n) return;
  const released = { block, txId, atMs: clock() };
  writes.put(tables.released, numberKey(laneId), { laneId, through: releasedThrough, ...released });
  const range = { from: laneKey(laneId, 0n), to: laneKey(laneId, releasedThrough - 1n), reverse: true };
  for await (const [key, row] of tables.releases.entries(range)) {
    if (row.released !== undefined) break;
    releases.put(writes, key, { ...row, released });
  }
  writes.afterwards(() => {
    live.say('released', laneId, { through: releasedThrough, txId });
  });
}

/** What stood in blocks that are gone did not happen; what happened instead comes with their replacements. */
async function undoAfter(kept: bigint, writes: Writes, { tables, live }: Modules): Promise<void> {
  for await (const [key, { ended, ...row }] of tables.holds.entries()) {
    if (row.held.block > kept) writes.del(tables.holds, key);
    else if (ended !== undefined && ended.block > kept) writes.put(tables.holds, key, row);
  }
  for (const laneId of await lanesOf(tables)) {
    for await (const [key, row] of tables.releases.entries({ ...laneRange(laneId, 0n), reverse: true })) {
      if (row.outboxed.block <= kept) break;
      writes.del(tables.releases, key);
    }
  }
  writes.afterwards(() => {
    live.say('reorg', undefined, { kept });
  });
}

async function lanesOf({ releases }: Tables): Promise<ReadonlySet<bigint>> {
  const lanes = new Set<bigint>();
  for (let from = laneKey(0n, 0n); ;) {
    const next = await first(releases.entries({ from, limit: 1 }));
    if (next === undefined) return lanes;
    lanes.add(next[1].laneId);
    from = laneKey(next[1].laneId + 1n, 0n);
  }
}

async function first<Item>(items: AsyncIterable<Item>): Promise<Item | undefined> {
  for await (const item of items) return item;
  return undefined;
}
