import { laneKey, laneRange } from '../../db/keys.ts';
import type { Table } from '../../db/table.ts';
import { requireSameLane } from '../fields.ts';
import type { Cursor } from '../fields.ts';

interface Page<Row> {
  readonly rows: readonly Row[];
  /** Of the last row, when there may be more behind it. */
  readonly last: Cursor | undefined;
}

interface Asked {
  readonly lane?: bigint | undefined;
  readonly limit: number;
  readonly cursor?: Cursor | undefined;
}

/** Rows that are looked at in vain before a page ends short. */
const MOST_LOOKS = 2_000;

/** A page of a table whose keys are lane and number, from the newest on. */
export async function rowsBelow<Row extends { readonly laneId: bigint }>(
  table: Table<Row>,
  { lane, limit, cursor }: Asked,
  numberOf: (row: Row) => bigint,
  isWanted: (row: Row) => boolean | Promise<boolean> = () => true,
): Promise<Page<Row>> {
  requireSameLane(lane, cursor);
  const rows: Row[] = [];
  let looks = 0;
  for await (const [, row] of table.entries({ ...rangeOf(lane, cursor), reverse: true })) {
    const at = { laneId: row.laneId, number: numberOf(row) };
    if (at.laneId === cursor?.laneId && at.number === cursor.number) continue;
    looks += 1;
    if (await isWanted(row)) rows.push(row);
    if (rows.length === limit || looks === MOST_LOOKS) return { rows, last: at };
  }
  return { rows, last: undefined };
}

function rangeOf(lane: bigint | undefined, cursor: Cursor | undefined): { from?: string; to?: string } {
  const ofLane = lane === undefined ? {} : laneRange(lane, 0n);
  return cursor === undefined ? ofLane : { ...ofLane, to: laneKey(cursor.laneId, cursor.number) };
}
