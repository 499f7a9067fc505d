import type { Bundle, VerifiedBundle } from '@twinspan/sdk';
import { laneKey } from '../db/keys.ts';
import type { Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Lanes } from '../lanes.ts';
import type { Pauses } from './pauses.ts';

interface Modules {
  readonly tables: Tables;
  readonly lanes: Lanes;
  readonly pauses: Pauses;
  readonly clock: () => number;
}

/**
 * A verified bundle enters the pipeline here, whether this node endorsed it or another one sent it: it replaces the
 * wish to endorse by the wish to deliver.
 * @returns whether it was news
 */
export function acceptBundle(
  bundle: Bundle,
  { header, words }: VerifiedBundle,
  { tables, lanes, pauses, clock }: Modules,
  writes: Writes,
): boolean {
  const { laneId, epoch } = bundle;
  const { queues } = tables;
  const key = laneKey(laneId, epoch);
  if (queues.deliver.get(key) !== undefined || queues.confirmMint.get(key) !== undefined) return false;
  const { firstMessage, messageCount, stateCount, sealedAt } = header;
  const row = { laneId, epoch, firstMessage, messageCount, stateCount, sealedAt, isFinal: false };
  const contents = { stateCount, messageCount, words: bundle.words, endorsedAtMs: clock() };
  writes
    .put(tables.bundles, key, { ...bundle })
    .put(tables.epochs, key, row)
    .put(tables.contents, key, contents);
  writes.afterwards(() => {
    pauses.note(laneId, epoch, words);
  });
  queues.endorse.remove(writes, key);
  const isDelivered = epoch <= (lanes.get(laneId)?.delivered ?? 0n);
  if (isDelivered) queues.confirmMint.add(writes, key, { laneId, epoch });
  else queues.deliver.add(writes, key, { laneId, epoch });
  return true;
}
