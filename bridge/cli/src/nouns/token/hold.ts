import { accountField } from '@twinspan/protocol';
import { z } from 'zod';
import { unitsInput } from '../../inputs.ts';
import { requireSender, rightsIdNamed, tokenOf } from '../../naming.ts';
import { minedAnswer, perform } from '../../performing.ts';
import { grouped } from '../../render.ts';
import { verb, type Verb } from '../../verb.ts';
import { dryRunOption, recordParameter } from '../record/found.ts';

/** `twinspan token redeem` */
export const redeemVerb: Verb = verb({
  name: 'redeem',
  summary: 'a holder burns units and gets them back in the custodian’s book; needs --account',
  parameters: { ...recordParameter, '<units>': 'base units' },
  options: { '--to <account>': 'account in the custodian’s book', ...dryRunOption },
  input: z.object({
    record: z.string(),
    units: unitsInput,
    to: accountField,
    dryRun: z.boolean().default(false),
  }),
  run: async (context, { record: name, units, to: account, dryRun }) => {
    using chains = context.open('custodian', requireSender(context));
    const { trading } = chains;
    const rightsId = rightsIdNamed(context.description(), name);
    const what = `redeem ${grouped(units)} base units to ${account}`;
    return await perform(
      {
        what,
        args: { rightsId, units, account },
        checks: async () => {
          const { token } = await tokenOf(trading, rightsId);
          const balance = await trading.balanceOf(token, trading.address ?? token);
          return [
            { check: `the holder has ${grouped(balance)}, ${grouped(units)} to be redeemed`, ok: balance >= units },
          ];
        },
        send: () => trading.redeem({ rightsId, units, account }),
        answer: (sent) => minedAnswer(what, sent, { 'do next': 'follow it with `twinspan release list`' }),
      },
      dryRun,
    );
  },
});
