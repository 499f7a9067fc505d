import type { EpochWords } from '@twinspan/protocol';
import { laneKey } from '../../db/keys.ts';
import type { EpochRow, HoldRow, ReleaseRow } from '../../db/tables.ts';
import { requireSameLane } from '../fields.ts';
import type { Cursor } from '../fields.ts';
import type { ApiModules } from '../modules.ts';
import { epochOf, requireKept, wordsOf } from './epochReader.ts';
import { stageOf } from './epochStages.ts';
import { messageView } from './messageView.ts';
import type { MessageView } from './messageView.ts';
import { releaseState } from './releaseState.ts';

/** Epochs that one request reads: up to 8,192 messages, a few tens of milliseconds. */
const MOST_EPOCHS = 32;

export interface MessageFilter {
  readonly lane?: bigint | undefined;
  readonly stage?: string | undefined;
  readonly reason?: string | undefined;
  readonly recipient?: string | undefined;
  readonly record?: string | undefined;
}

export interface MessagePage {
  readonly messages: readonly MessageView[];
  /** The last message looked at, when there may be more behind it. */
  readonly next: Cursor | undefined;
}

type Modules = Pick<ApiModules, 'tables' | 'lanes' | 'heads'>;

/** Messages from the newest on. A page may be short, or empty, and still have a next one: a request reads only so much. */
export async function messagePage(
  filter: MessageFilter,
  { limit, cursor }: { readonly limit: number; readonly cursor?: Cursor | undefined },
  modules: Modules,
): Promise<MessagePage> {
  requireSameLane(filter.lane, cursor);
  if (filter.lane !== undefined && cursor !== undefined) await requireKept(cursor, 'message', modules.tables);
  const messages: MessageView[] = [];
  let epochs = 0;
  for await (const row of epochsFrom(filter, cursor, modules)) {
    const words = await wordsOf(row, modules.tables);
    for (const message of messagesOf(row, cursor)) {
      if (!mayMatch(row, message, words, filter)) continue;
      const view = await viewOf(row, message, words, modules);
      if (!matches(view, filter)) continue;
      messages.push(view);
      if (messages.length === limit) return { messages, next: { laneId: row.laneId, number: message } };
    }
    epochs += 1;
    if (epochs === MOST_EPOCHS) return { messages, next: { laneId: row.laneId, number: row.firstMessage } };
  }
  return { messages, next: undefined };
}

export async function viewOf(
  epoch: EpochRow,
  message: bigint,
  words: EpochWords | undefined,
  modules: Modules,
): Promise<MessageView> {
  const { hold, release } = await holdOf(epoch.laneId, message, modules);
  const delivery = await modules.tables.deliveries.get(laneKey(epoch.laneId, epoch.epoch));
  const isHome = release !== undefined && (await releaseState(release, modules)) === 'released';
  return messageView({ epoch, message, words, epochStage: stageOf(epoch, delivery, modules), hold, isHome });
}

export async function holdOf(
  laneId: bigint,
  message: bigint,
  { tables }: Modules,
): Promise<{ readonly hold: HoldRow | undefined; readonly release: ReleaseRow | undefined }> {
  const hold = await tables.holds.get(laneKey(laneId, message));
  const index = hold?.outboxIndex;
  return { hold, release: index === undefined ? undefined : await tables.releases.get(laneKey(laneId, index)) };
}

async function* epochsFrom(
  { lane }: MessageFilter,
  cursor: Cursor | undefined,
  { tables }: Modules,
): AsyncGenerator<EpochRow> {
  const at = cursor === undefined ? undefined : await epochOf(cursor.laneId, cursor.number, tables);
  const range = {
    ...(lane === undefined ? {} : { from: laneKey(lane, 0n) }),
    ...upperEnd(lane, cursor, at),
    reverse: true,
  };
  for await (const [, row] of tables.epochs.entries(range)) yield row;
}

function upperEnd(lane: bigint | undefined, cursor: Cursor | undefined, at: EpochRow | undefined): { to?: string } {
  if (cursor !== undefined) return { to: laneKey(cursor.laneId, at?.epoch ?? 0n) };
  return lane === undefined ? {} : { to: laneKey(lane, 2n ** 64n - 1n) };
}

/** Downwards, those at and above the cursor left out. */
function* messagesOf(row: EpochRow, cursor: Cursor | undefined): Generator<bigint> {
  let message = row.firstMessage + BigInt(row.messageCount) - 1n;
  if (cursor?.laneId === row.laneId && cursor.number <= message) message = cursor.number - 1n;
  for (; message >= row.firstMessage; message--) yield message;
}

/** Without a look at other tables. */
function mayMatch(
  row: EpochRow,
  message: bigint,
  words: EpochWords | undefined,
  { recipient, record }: MessageFilter,
): boolean {
  if (recipient === undefined && record === undefined) return true;
  const carried = words?.messages[Number(message - row.firstMessage)];
  if (carried === undefined) return false;
  return (
    (recipient ?? carried.recipient) === carried.recipient &&
    (record === undefined || words?.states[carried.slot]?.rightsId === record)
  );
}

function matches(view: MessageView, { stage, reason }: MessageFilter): boolean {
  return (stage === undefined || view.stage === stage) && (reason === undefined || view.reason === reason);
}
