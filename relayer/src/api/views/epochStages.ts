import { laneKey } from '../../db/keys.ts';
import type { EpochRow, PlaceRow } from '../../db/tables.ts';
import type { ApiModules } from '../modules.ts';

export const epochStages = ['endorsed', 'sent', 'delivered', 'final'] as const;
export type EpochStage = (typeof epochStages)[number];

/**
 * How far an epoch is. What was told of its delivery counts only while the chain still has it; which messages it held is
 * told in the same breath, so that none is called minted before.
 */
export function stageOf(
  row: EpochRow,
  delivery: PlaceRow | undefined,
  { lanes, heads, tables }: Pick<ApiModules, 'lanes' | 'heads' | 'tables'>,
): EpochStage {
  if (row.isFinal) return 'final';
  const isDelivered = delivery !== undefined && row.epoch <= (lanes.get(row.laneId)?.delivered ?? 0n);
  if (isDelivered) return delivery.block <= heads.final ? 'final' : 'delivered';
  const sent = tables.queues.confirmMint.get(laneKey(row.laneId, row.epoch));
  return sent === undefined ? 'endorsed' : 'sent';
}
