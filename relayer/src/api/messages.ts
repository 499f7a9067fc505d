import type { Job } from '../db/jobQueue.ts';
import { laneKey, laneRange } from '../db/keys.ts';
import type { EpochRow, Tables } from '../db/tables.ts';
import type { Answer, Route } from './server.ts';

const PATH = /^\/v1\/messages\/(\d{1,20})\/(\d{1,20})$/;

/** `/v1/messages/<lane>/<index>`: where a message is, as this node knows it. */
export function messagesRoute(tables: Tables): Route {
  return async (path) => {
    const [, lane, message] = PATH.exec(path) ?? [];
    if (lane === undefined || message === undefined) return undefined;
    return whereIs(BigInt(lane), BigInt(message), tables);
  };
}

async function whereIs(laneId: bigint, message: bigint, tables: Tables): Promise<Answer> {
  const row = await epochOf(laneId, message, tables);
  if (row === undefined) return { status: 404, body: { error: 'this node knows no such message' } };
  const key = laneKey(laneId, row.epoch);
  const held = await tables.held.get(laneKey(laneId, message));
  const { sealedAt, delivered, isFinal } = row;
  const stage = stageOf(row, held !== undefined);
  const job: Job<unknown> | undefined =
    held === undefined
      ? (tables.queues.deliver.get(key) ?? tables.queues.confirmMint.get(key))
      : tables.queues.retry.get(laneKey(laneId, message));
  const waits = { attempts: job?.attempts ?? 0, parked: job?.parked };
  return {
    status: 200,
    body: { laneId, message, epoch: row.epoch, stage, sealedAt, delivered, isFinal, held, ...waits },
  };
}

function stageOf(row: EpochRow, isHeld: boolean): string {
  if (isHeld) return 'held';
  if (row.isFinal) return 'final';
  return row.delivered === undefined ? 'endorsed' : 'delivered';
}

/** By halves: epochs are consecutive and their first messages ascend. */
async function epochOf(laneId: bigint, message: bigint, tables: Tables): Promise<EpochRow | undefined> {
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

async function lastEpoch(laneId: bigint, tables: Tables): Promise<bigint> {
  for await (const [, row] of tables.epochs.entries({ ...laneRange(laneId, 0n), reverse: true, limit: 1 }))
    return row.epoch;
  return 0n;
}
