import type { Hex } from '@twinspan/protocol';
import type { AssetChain, HoldingView, RecordChange, RecordView } from '@twinspan/sdk';
import { z } from 'zod';
import { listOf } from '../../listOf.ts';
import { rightsIdNamed } from '../../naming.ts';
import { facts, grouped, hkdText, shortId, table, timeText, unitsText } from '../../render.ts';
import { verb, type Verb } from '../../verb.ts';
import { recordParameter, requireRecord } from './found.ts';

/** `twinspan record show` */
export const showVerb: Verb = verb({
  name: 'show',
  summary: 'a record, who holds it and what happened to it',
  parameters: recordParameter,
  input: z.object({ record: z.string() }),
  run: async (context, { record: name }) => {
    using side = context.openAsset('custodian');
    const rightsId = rightsIdNamed(context.description(), name);
    const record = await requireRecord(side.asset, rightsId);
    const [holdings, history, lanes] = await Promise.all([
      listOf(side.asset.holdings(rightsId)),
      side.asset.history(rightsId),
      suppliesOf(side.asset, rightsId),
    ]);
    const json = { ...record, holdings, lanes, history };
    return {
      json,
      text: [recordFacts(record), holdingsTable(record, holdings, lanes), historyTable(history)].join('\n\n'),
    };
  },
});

interface LaneSupply {
  readonly laneId: bigint;
  readonly sealed: bigint;
  readonly released: bigint;
}

async function suppliesOf(asset: AssetChain, rightsId: Hex): Promise<LaneSupply[]> {
  const lanes = await listOf(asset.lanes());
  const supplies = await Promise.all(
    lanes.map(async ({ laneId }) => {
      const { sealed, released } = await asset.supply(laneId, rightsId);
      return { laneId, sealed, released };
    }),
  );
  return supplies.filter(({ sealed }) => sealed > 0n);
}

function recordFacts(record: RecordView): string {
  const limit = record.windowLimit;
  return facts({
    record: `${record.name} (${record.symbol})`,
    id: record.rightsId,
    registered: `${record.registrationNumber} by ${record.custodian}`,
    status: record.reason === undefined ? record.status : `${record.status}: ${record.reason}`,
    issued: `${unitsText(record.issuedUnits, record.decimals)} to ${record.account}`,
    'unit value': `${hkdText(record.unitValue)} per base unit, ${timeText(record.valuedAt)}`,
    'release limit': limit === undefined ? 'none' : `${unitsText(limit, record.decimals)} per 24 hours`,
    commitment: record.commitment,
    'waits to be confirmed': record.pendingCommitment,
    'terms hash': record.termsHash,
  });
}

function holdingsTable(record: RecordView, holdings: readonly HoldingView[], lanes: readonly LaneSupply[]): string {
  const held = holdings.map(({ account, units }) => ({ where: account, units }));
  const abroad = lanes.map(({ laneId, sealed, released }) => ({
    where: `across lane ${laneId.toString()}`,
    units: sealed - released,
  }));
  return table(
    [
      { title: 'held by', of: ({ where }) => where },
      { title: 'units', of: ({ units }) => unitsText(units, record.decimals), isNumber: true },
    ],
    [...held, ...abroad],
    'nothing is held: the registry has not confirmed it',
  );
}

function historyTable(history: readonly RecordChange[]): string {
  return table(
    [
      { title: 'changed', of: ({ at }) => timeText(at) },
      { title: 'status', of: ({ value }) => value.status },
      { title: 'unit value', of: ({ value }) => hkdText(value.unitValue), isNumber: true },
      { title: 'commitment', of: ({ value }) => shortId(value.commitment ?? '-') },
      { title: 'transaction', of: ({ txId }) => shortId(txId) },
    ],
    history,
    'no history',
  );
}

/** `twinspan record list` */
export const listVerb: Verb = verb({
  name: 'list',
  summary: 'all records',
  input: z.object({}),
  run: async (context) => {
    using side = context.openAsset('custodian');
    const records = await listOf(side.asset.records());
    const text = table(
      [
        { title: 'symbol', of: ({ symbol }) => symbol },
        { title: 'status', of: ({ status }) => status },
        { title: 'issued', of: ({ issuedUnits, decimals }) => unitsText(issuedUnits, decimals), isNumber: true },
        { title: 'unit value', of: ({ unitValue }) => hkdText(unitValue), isNumber: true },
        { title: 'registered', of: ({ registrationNumber }) => registrationNumber },
        { title: 'by', of: ({ custodian }) => custodian },
        { title: 'record', of: ({ rightsId }) => rightsId },
      ],
      records,
      'no records: register one with `twinspan record register`',
    );
    return { json: records, text: records.length > 1 ? `${text}\n\n${grouped(records.length)} records` : text };
  },
});
