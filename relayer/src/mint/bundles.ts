import type { Bundle, VerifiedBundle } from '@twinspan/sdk';
import { laneKey } from '../db/keys.ts';
import type { Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Lanes } from '../lanes.ts';

/**
 * A verified bundle enters the pipeline here, whether this node endorsed it or another one sent it: it replaces the
 * wish to endorse by the wish to deliver.
 * @returns whether it was news
 */
export function acceptBundle(
  bundle: Bundle,
  { header }: VerifiedBundle,
  { tables, lanes }: { readonly tables: Tables; readonly lanes: Lanes },
  writes: Writes,
): boolean {
  const { laneId, epoch } = bundle;
  const { queues } = tables;
  const key = laneKey(laneId, epoch);
  if (queues.deliver.get(key) !== undefined || queues.confirmMint.get(key) !== undefined) return false;
  const { firstMessage, messageCount, stateCount, sealedAt } = header;
  const row = { laneId, epoch, firstMessage, messageCount, stateCount, sealedAt, isFinal: false };
  writes.put(tables.bundles, key, { ...bundle }).put(tables.epochs, key, row);
  queues.endorse.remove(writes, key);
  const isDelivered = epoch <= (lanes.get(laneId)?.delivered ?? 0n);
  if (isDelivered) queues.confirmMint.add(writes, key, { laneId, epoch });
  else queues.deliver.add(writes, key, { laneId, epoch });
  return true;
}
