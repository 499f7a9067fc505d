import type { Call } from '../call.ts';
import { MESSAGE_BLOCK } from '../ledger/keys.ts';
import type { DetailsValue } from '../ledger/values.ts';

/** What a message was locked from; undefined when the lane has no such message. */
export async function sourceOf(
  call: Call,
  laneId: bigint,
  message: bigint,
): Promise<DetailsValue['locks'][number] | undefined> {
  const block = call.keys.messages(laneId, message / MESSAGE_BLOCK);
  const epochs = (await call.store.get(block))?.epochs ?? [];
  const found = epochs.findLast(({ firstMessage }) => firstMessage <= message);
  if (found === undefined) return undefined;
  const epoch = await call.store.get(call.keys.epoch(laneId, found.epoch));
  return epoch?.details.locks[Number(message - found.firstMessage)];
}
