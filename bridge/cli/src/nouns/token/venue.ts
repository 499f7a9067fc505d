import type { Hex } from '@twinspan/protocol';
import type { Sent, TradingChain } from '@twinspan/sdk';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { laneInput } from '../../inputs.ts';
import { addressNamed, laneNamed, rightsIdNamed, tokenOf } from '../../naming.ts';
import { minedAnswer, perform, type Check } from '../../performing.ts';
import type { Answer } from '../../render.ts';
import { verb, type Verb } from '../../verb.ts';
import { dryRunOption, recordParameter, requireRecord } from '../record/found.ts';

const VENUE_ACCOUNT = 'venueAdmin';
const COMPLIANCE_ACCOUNT = 'compliance';

/** `twinspan token create` */
export const createVerb: Verb = verb({
  name: 'create',
  summary: 'the venue lists a record: makes its mirror token, with exactly the record’s terms',
  parameters: recordParameter,
  options: {
    '--onboarded-only': 'only onboarded accounts may hold it (default: everyone who is not blocked)',
    '--lane <id>': 'needed where there are several',
    ...dryRunOption,
  },
  input: z.object({
    record: z.string(),
    onboardedOnly: z.boolean().default(false),
    lane: laneInput.optional(),
    dryRun: z.boolean().default(false),
  }),
  run: async (context, { record: named, onboardedOnly, lane, dryRun }) => {
    using chains = context.open('custodian', VENUE_ACCOUNT);
    const rightsId = rightsIdNamed(context.description(), named);
    const { name, symbol, decimals } = await requireRecord(chains.asset, rightsId);
    const laneId = await laneNamed(chains.asset, lane);
    const eligibility = onboardedOnly ? 'ONBOARDED_ONLY' : 'OPEN';
    const args = { rightsId, laneId, name, symbol, decimals, eligibility } as const;
    return await perform(
      {
        what: `list ${symbol} (${name}) for lane ${laneId.toString()}`,
        args,
        checks: async () => [
          { check: 'no token stands for the record yet', ok: (await chains.trading.listing(rightsId)) === undefined },
        ],
        send: () => chains.trading.list(args),
        answer: async (sent) => {
          const answer = await minedAnswer('listed', sent, { record: rightsId });
          const { token } = await tokenOf(chains.trading, rightsId);
          return { json: { ...(answer.json as object), token }, text: `${answer.text}\ntoken  ${token}` };
        },
      },
      dryRun,
    );
  },
});

interface TokenAct {
  /** What is done, for people. */
  readonly what: string;
  readonly record: string;
  /** Who sends unless `--account` says otherwise. */
  readonly sender: string;
  readonly dryRun: boolean;
  readonly checks: (trading: TradingChain, token: Hex) => Promise<readonly Check[]>;
  readonly send: (trading: TradingChain, token: Hex) => Promise<Sent>;
}

async function actOnToken(context: Context, act: TokenAct): Promise<Answer> {
  using chains = context.open('custodian', act.sender);
  const rightsId = rightsIdNamed(context.description(), act.record);
  const { token } = await tokenOf(chains.trading, rightsId);
  return await perform(
    {
      what: act.what,
      args: { rightsId, token },
      checks: () => act.checks(chains.trading, token),
      send: () => act.send(chains.trading, token),
      answer: (sent) => minedAnswer(act.what, sent, { record: rightsId, token }),
    },
    act.dryRun,
  );
}

function pausingVerb(name: 'pause' | 'unpause'): Verb {
  const paused = name === 'pause';
  return verb({
    name,
    summary: `the venue ${paused ? 'stops' : 'restarts'} a record’s token`,
    parameters: recordParameter,
    options: dryRunOption,
    input: z.object({ record: z.string(), dryRun: z.boolean().default(false) }),
    run: (context, { record, dryRun }) =>
      actOnToken(context, {
        what: `${name} the token of ${record}`,
        record,
        sender: VENUE_ACCOUNT,
        dryRun,
        checks: async (trading, token) => {
          const status = await trading.tokenStatus(token);
          return [{ check: `the token is ${paused ? 'not paused' : 'paused'}`, ok: status.paused !== paused }];
        },
        send: (trading, token) => trading.setPaused(token, paused),
      }),
  });
}

/** `twinspan token pause` and `unpause` */
export const pauseVerb: Verb = pausingVerb('pause');
export const unpauseVerb: Verb = pausingVerb('unpause');

function boardingVerb(name: 'onboard' | 'offboard'): Verb {
  return verb({
    name,
    summary: name === 'onboard' ? 'compliance lets accounts hold a record’s token' : 'compliance takes that back',
    parameters: { ...recordParameter, '<holders...>': 'addresses, or accounts of the network' },
    options: dryRunOption,
    input: z.object({ record: z.string(), holders: z.array(z.string()).min(1), dryRun: z.boolean().default(false) }),
    run: (context, { record, holders, dryRun }) => {
      const addresses = holders.map((holder) => addressNamed(context.description(), holder));
      return actOnToken(context, {
        what: `${name} ${holders.join(', ')}`,
        record,
        sender: COMPLIANCE_ACCOUNT,
        dryRun,
        checks: (trading, token) =>
          Promise.all(
            addresses.map(async (address) => {
              const { onboarded } = await trading.accountFlags(token, address);
              return { check: `${address} is ${onboarded ? '' : 'not '}onboarded now`, ok: true };
            }),
          ),
        send: (trading, token) => trading[name](token, addresses),
      });
    },
  });
}

/** `twinspan token onboard` and `offboard` */
export const onboardVerb: Verb = boardingVerb('onboard');
export const offboardVerb: Verb = boardingVerb('offboard');
