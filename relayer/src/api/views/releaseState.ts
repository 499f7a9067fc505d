import { laneKey } from '../../db/keys.ts';
import type { ReleaseRow } from '../../db/tables.ts';
import type { ApiModules } from '../modules.ts';

export const releaseStates = ['unfinal', 'waiting', 'released'] as const;
export type ReleaseState = (typeof releaseStates)[number];

/** A node without the asset chain does not see the release itself, but it no longer waits for an entry that is applied. */
export async function releaseState(
  { laneId, index, outboxed, released }: ReleaseRow,
  { tables, heads }: Pick<ApiModules, 'tables' | 'heads'>,
): Promise<ReleaseState> {
  if (released !== undefined) return 'released';
  if (outboxed.block > heads.final) return 'unfinal';
  return (await tables.outbox.get(laneKey(laneId, index))) === undefined ? 'released' : 'waiting';
}
