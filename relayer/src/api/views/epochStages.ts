import { laneKey } from '../../db/keys.ts';
import type { EpochRow } from '../../db/tables.ts';
import type { ApiModules } from '../modules.ts';

export const epochStages = ['endorsed', 'sent', 'delivered', 'final'] as const;
export type EpochStage = (typeof epochStages)[number];

/** How far an epoch is. What the row says of its delivery counts only while the chain still has it. */
export function stageOf(
  row: EpochRow,
  { lanes, heads, tables }: Pick<ApiModules, 'lanes' | 'heads' | 'tables'>,
): EpochStage {
  if (row.isFinal) return 'final';
  const isDelivered = row.epoch <= (lanes.get(row.laneId)?.delivered ?? 0n);
  if (isDelivered && row.delivered !== undefined && row.delivered.block <= heads.final) return 'final';
  if (isDelivered) return 'delivered';
  const sent = tables.queues.confirmMint.get(laneKey(row.laneId, row.epoch));
  return sent === undefined ? 'endorsed' : 'sent';
}
