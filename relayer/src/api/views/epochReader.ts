import { bytesFromHex, decodeWords, Fault } from '@twinspan/protocol';
import type { EpochWords } from '@twinspan/protocol';
import { laneKey, laneRange } from '../../db/keys.ts';
import type { EpochRow, Tables } from '../../db/tables.ts';
import type { Cursor } from '../fields.ts';

/** The epoch that carries a message, by halving: epochs are consecutive and their first messages ascend. */
export async function epochOf(laneId: bigint, message: bigint, tables: Tables): Promise<EpochRow | undefined> {
  let low = 1n;
  let high = await lastEpoch(laneId, tables);
  while (low <= high) {
    const middle = (low + high) / 2n;
    const row = await tables.epochs.get(laneKey(laneId, middle));
    // A node that joined late does not know the first epochs.
    if (row === undefined || row.firstMessage + BigInt(row.messageCount) <= message) low = middle + 1n;
    else if (row.firstMessage > message) high = middle - 1n;
    else return row;
  }
  return undefined;
}

/**
 * The oldest epochs of a lane leave the store, and a node that joined late never had them.
 * @throws Fault NO_LONGER_KEPT
 */
export async function requireKept(
  { laneId, number }: Cursor,
  counted: 'epoch' | 'message',
  tables: Tables,
): Promise<void> {
  const oldest = await oldestEpoch(laneId, tables);
  if (oldest === undefined || number >= (counted === 'epoch' ? oldest.epoch : oldest.firstMessage)) return;
  const { epoch, firstMessage } = oldest;
  throw new Fault(
    'NO_LONGER_KEPT',
    `${counted} ${number} of lane ${laneId} is past what this node keeps: it begins with epoch ${epoch} and its first message ${firstMessage}`,
  );
}

async function oldestEpoch(laneId: bigint, tables: Tables): Promise<EpochRow | undefined> {
  for await (const [, row] of tables.epochs.entries({ ...laneRange(laneId, 0n), limit: 1 })) return row;
  return undefined;
}

async function lastEpoch(laneId: bigint, tables: Tables): Promise<bigint> {
  for await (const [, row] of tables.epochs.entries({ ...laneRange(laneId, 0n), reverse: true, limit: 1 }))
    return row.epoch;
  return 0n;
}

/** What an epoch carries, as long as it is kept. */
export async function wordsOf({ laneId, epoch }: EpochRow, tables: Tables): Promise<EpochWords | undefined> {
  const contents = await tables.contents.get(laneKey(laneId, epoch));
  return contents === undefined ? undefined : decodeWords(bytesFromHex(contents.words), contents);
}
