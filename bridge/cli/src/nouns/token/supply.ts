import type { Hex } from '@twinspan/protocol';
import type { SupplyView } from '@twinspan/sdk';
import { z } from 'zod';
import { listOf } from '../../listOf.ts';
import type { Chains } from '../../context.ts';
import { laneInput } from '../../inputs.ts';
import { laneNamed } from '../../naming.ts';
import { shortId, table, unitsText } from '../../render.ts';
import { verb, type Verb } from '../../verb.ts';

/** One record's units on both chains, for one lane. */
export interface SupplyRow {
  readonly rightsId: Hex;
  readonly symbol: string;
  readonly decimals: number;
  readonly assetChain: { readonly sealed: bigint; readonly released: bigint };
  readonly tradingChain: { readonly minted: bigint; readonly held: bigint; readonly outboxPending: bigint };
  /** Sealed, and not yet delivered. */
  readonly inFlight: bigint;
  /** sealed − released − inFlight − minted − held − outboxPending: anything but 0 is a fault of the bridge. */
  readonly difference: bigint;
}

export interface SupplyTotals {
  /** On the asset chain. */
  readonly sealed: bigint;
  readonly released: bigint;
  /** On the trading chain: sealed units known there, and the three places where they can be. */
  readonly attested: bigint;
  readonly minted: bigint;
  readonly held: bigint;
  readonly outboxed: bigint;
}

/** The invariant of protocol §7 as numbers. Pure. */
export function supplyOf(totals: SupplyTotals): Omit<SupplyRow, 'rightsId' | 'symbol' | 'decimals'> {
  const { sealed, released, attested, minted, held, outboxed } = totals;
  const inFlight = sealed - attested;
  const outboxPending = outboxed - released;
  return {
    assetChain: { sealed, released },
    tradingChain: { minted, held, outboxPending },
    inFlight,
    difference: sealed - released - inFlight - minted - held - outboxPending,
  };
}

/** `twinspan token supply` */
export const supplyVerb: Verb = verb({
  name: 'supply',
  summary: 'units of every record on both chains, and whether they agree',
  options: { '--lane <id>': 'needed where there are several' },
  input: z.object({ lane: laneInput.optional() }),
  run: async (context, { lane }) => {
    using chains = context.open('custodian');
    const laneId = await laneNamed(chains.asset, lane);
    const rows = await supplyRows(chains, laneId);
    const agree = rows.every(({ difference }) => difference === 0n);
    const verdict = agree ? 'both chains agree' : 'THE CHAINS DISAGREE: stop the lane and look';
    return { json: { laneId, agree, supply: rows }, text: `${supplyTable(rows)}\n\n${verdict}` };
  },
});

/** All records of a lane. */
export async function supplyRows(chains: Chains, laneId: bigint): Promise<SupplyRow[]> {
  const supplies = await listOf(chains.asset.supplies(laneId));
  return Promise.all(supplies.map((supply) => rowOf(chains, laneId, supply)));
}

/** The trading chain is read at one block; units still crossing show as in flight. */
async function rowOf({ asset, trading }: Chains, laneId: bigint, supply: SupplyView): Promise<SupplyRow> {
  const block = await trading.blockNumber();
  const { rightsId, sealed, released } = supply;
  const [record, listing, bridge] = await Promise.all([
    asset.record(rightsId),
    trading.listing(rightsId),
    trading.bridgeSupply(laneId, rightsId, block),
  ]);
  const isOfLane = listing?.laneId === laneId;
  const minted = isOfLane ? await trading.totalSupply(listing.token, block) : 0n;
  const { sealed: attested, held, outboxed } = bridge;
  return {
    rightsId,
    symbol: record?.symbol ?? shortId(rightsId),
    decimals: record?.decimals ?? 0,
    ...supplyOf({ sealed, released, attested, minted, held, outboxed }),
  };
}

function supplyTable(rows: readonly SupplyRow[]): string {
  const number = (title: string, of: (row: SupplyRow) => bigint) => ({
    title,
    of: (row: SupplyRow) => unitsText(of(row), row.decimals),
    isNumber: true,
  });
  return table(
    [
      { title: 'record', of: ({ symbol }) => symbol },
      number('sealed', ({ assetChain }) => assetChain.sealed),
      number('released', ({ assetChain }) => assetChain.released),
      number('in flight', ({ inFlight }) => inFlight),
      number('minted', ({ tradingChain }) => tradingChain.minted),
      number('held', ({ tradingChain }) => tradingChain.held),
      number('outbox pending', ({ tradingChain }) => tradingChain.outboxPending),
      number('difference', ({ difference }) => difference),
    ],
    rows,
    'nothing has crossed yet',
  );
}
