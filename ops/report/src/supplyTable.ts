import type { SupplyRow } from './report.ts';

/** What both chains say about one record, in base units. */
export interface SupplyFigures {
  readonly rightsId: string;
  readonly sealed: bigint;
  readonly released: bigint;
  readonly minted: bigint;
  readonly held: bigint;
  readonly outboxPending: bigint;
}

/** One row of the supply table: the invariant of the bridge with its difference. */
export function supplyRow(figures: SupplyFigures): SupplyRow {
  const { rightsId, sealed, released, minted, held, outboxPending } = figures;
  return {
    rightsId,
    assetChain: { sealed: sealed.toString(), released: released.toString() },
    tradingChain: { minted: minted.toString(), held: held.toString(), outboxPending: outboxPending.toString() },
    difference: Number(sealed - released - minted - held - outboxPending),
  };
}
