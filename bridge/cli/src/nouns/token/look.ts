import type { Bound, Hex } from '@twinspan/protocol';
import type { BridgeEvent, TradingChain } from '@twinspan/sdk';
import { z } from 'zod';
import { laneInput } from '../../inputs.ts';
import { addressNamed, laneNamed, rightsIdNamed, tokenOf } from '../../naming.ts';
import { facts, grouped, hkdText, table, timeText, unitsText } from '../../render.ts';
import { verb, type Verb } from '../../verb.ts';
import { recordParameter } from '../record/found.ts';

/** `twinspan token list` */
export const listVerb: Verb = verb({
  name: 'list',
  summary: 'all mirror tokens',
  input: z.object({}),
  run: async (context) => {
    using chains = context.open('custodian');
    const { asset, trading } = chains;
    const rows = await Promise.all(
      [...(await listings(trading)).values()].map(async ({ rightsId, laneId, token }) => {
        const [record, supply, status] = await Promise.all([
          asset.record(rightsId),
          trading.totalSupply(token),
          trading.tokenStatus(token),
        ]);
        const { symbol = '?', decimals = 0 } = record ?? {};
        return { symbol, decimals, token, supply, rightsId, laneId, ...status };
      }),
    );
    const text = table(
      [
        { title: 'symbol', of: ({ symbol }) => symbol },
        { title: 'token', of: ({ token }) => token },
        { title: 'supply', of: ({ supply, decimals }) => unitsText(supply, decimals), isNumber: true },
        { title: 'state', of: stateText },
        { title: 'holders', of: ({ eligibility }) => eligibility },
        { title: 'lane', of: ({ laneId }) => laneId.toString() },
      ],
      rows,
      'no tokens: create one with `twinspan token create`',
    );
    return { json: rows, text };
  },
});

type Listed = Extract<BridgeEvent, { name: 'Listed' }>;

/** By record: an empty token may have been replaced by a later one. */
async function listings(trading: TradingChain): Promise<Map<Hex, Listed>> {
  const span = { fromBlock: trading.addresses.deployedAtBlock, toBlock: await trading.blockNumber() };
  const found = new Map<Hex, Listed>();
  for await (const event of trading.bridgeEvents(span, ['Listed'])) {
    if (event.name === 'Listed') found.set(event.rightsId, event);
  }
  return found;
}

function stateText({ paused, halted }: { paused: boolean; halted: boolean }): string {
  if (halted) return 'halted: the record is frozen or revoked';
  return paused ? 'paused by the venue' : 'open';
}

/** `twinspan token show` */
export const showVerb: Verb = verb({
  name: 'show',
  summary: 'a record’s token, its attested state and its backing',
  parameters: recordParameter,
  options: { '--lane <id>': 'for a record that is not listed yet, where there are several' },
  input: z.object({ record: z.string(), lane: laneInput.optional() }),
  run: async (context, { record: name, lane }) => {
    using chains = context.open('custodian');
    const { asset, trading } = chains;
    const rightsId = rightsIdNamed(context.description(), name);
    const listing = await trading.listing(rightsId);
    const laneId = listing?.laneId ?? (await laneNamed(asset, lane));
    const [record, view] = await Promise.all([
      asset.record(rightsId),
      viewOf(trading, { rightsId, laneId, token: listing?.token }),
    ]);
    const title = record === undefined ? rightsId : `${record.name} (${record.symbol})`;
    return { json: view, text: viewText(title, view, record?.decimals ?? 0) };
  },
});

async function viewOf(trading: TradingChain, about: { rightsId: Hex; laneId: bigint; token: Hex | undefined }) {
  const { rightsId, laneId } = about;
  const [attested, supply, holdReason] = await Promise.all([
    trading.attested(laneId, rightsId),
    trading.bridgeSupply(laneId, rightsId),
    trading.recordHoldReason(laneId, rightsId),
  ]);
  const backing = attested === undefined ? undefined : await trading.backing(attested.commitment);
  const token = about.token === undefined ? undefined : await tokenFacts(trading, about.token);
  return { rightsId, laneId, token, supply, attested, backing, holdReason };
}

function viewText(record: string, view: Awaited<ReturnType<typeof viewOf>>, decimals: number): string {
  const { rightsId, token, supply, attested, backing, holdReason } = view;
  const ofToken =
    token === undefined
      ? { token: 'not listed' }
      : {
          token: token.token,
          state: stateText(token),
          holders: token.eligibility,
          minted: unitsText(token.supply, decimals),
        };
  return facts({
    record,
    ...ofToken,
    id: rightsId,
    held: unitsText(supply.held, decimals),
    attested: attested === undefined ? 'never delivered' : `${attested.status}, ${hkdText(attested.unitValue)} a unit`,
    backing: backingText(backing, decimals),
    'new messages': holdReason === undefined ? 'mint' : `are held: ${holdReason}`,
  });
}

async function tokenFacts(trading: TradingChain, token: Hex) {
  const [supply, status] = await Promise.all([trading.totalSupply(token), trading.tokenStatus(token)]);
  return { token, supply, ...status };
}

function backingText(bound: Bound | undefined, decimals: number): string {
  if (bound === undefined) return 'none under the current policy and commitment';
  const { units, unitValue, until } = bound;
  return `up to ${unitsText(units, decimals)}, ${hkdText(unitValue)} a unit, until ${timeText(until)}`;
}

/** `twinspan token balance` */
export const balanceVerb: Verb = verb({
  name: 'balance',
  summary: 'what a holder has of a record’s token, and whether it may hold it',
  parameters: { ...recordParameter, '<holder>': 'address, or account of the network' },
  input: z.object({ record: z.string(), holder: z.string() }),
  run: async (context, { record: name, holder }) => {
    using chains = context.open('custodian');
    const { asset, trading } = chains;
    const rightsId = rightsIdNamed(context.description(), name);
    const address = addressNamed(context.description(), holder);
    const { token } = await tokenOf(trading, rightsId);
    const [record, balance, flags] = await Promise.all([
      asset.record(rightsId),
      trading.balanceOf(token, address),
      trading.accountFlags(token, address),
    ]);
    return {
      json: { rightsId, token, holder: address, balance, ...flags },
      text: facts({
        holder: address,
        balance: `${unitsText(balance, record?.decimals ?? 0)} ${record?.symbol ?? ''} (${grouped(balance)} base units)`,
        onboarded: flags.onboarded ? 'yes' : 'no',
        blocked: flags.blocked ? 'yes' : 'no',
        token,
      }),
    };
  },
});
