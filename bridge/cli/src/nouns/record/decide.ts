import { Fault } from '@twinspan/protocol';
import type { RecordStatus } from '@twinspan/sdk';
import { z } from 'zod';
import { reasonInput } from '../../inputs.ts';
import { rightsIdNamed } from '../../naming.ts';
import { committedAnswer, perform } from '../../performing.ts';
import { verb, type Verb } from '../../verb.ts';
import { dryRunOption, recordParameter, statusChecks } from './found.ts';

interface Decision {
  readonly name: 'freeze' | 'unfreeze' | 'revoke';
  readonly summary: string;
  readonly from: readonly RecordStatus[];
  readonly done: string;
}

const decisions: readonly Decision[] = [
  { name: 'freeze', summary: 'the registry stops the record and its token', from: ['ACTIVE'], done: 'frozen' },
  { name: 'unfreeze', summary: 'the registry lets the record and its token go on', from: ['FROZEN'], done: 'unfrozen' },
  {
    name: 'revoke',
    summary: 'the registry ends the record for good; needs --yes',
    from: ['REGISTERED', 'ACTIVE', 'FROZEN'],
    done: 'revoked',
  },
];

/** `twinspan record freeze`, `unfreeze` and `revoke` */
export const decisionVerbs: readonly Verb[] = decisions.map(decisionVerb);

function decisionVerb({ name, summary, from, done }: Decision): Verb {
  const mustConfirm = name === 'revoke';
  return verb({
    name,
    summary,
    parameters: recordParameter,
    options: {
      '--reason <text>': 'why; everyone on the channel reads it',
      ...(mustConfirm ? { '--yes': 'it cannot be undone, and that is meant' } : {}),
      ...dryRunOption,
    },
    input: z.object({
      record: z.string(),
      reason: reasonInput,
      yes: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
    run: async (context, { record: named, reason, yes, dryRun }) => {
      if (mustConfirm && !yes && !dryRun) {
        throw new Fault('USAGE_BAD', 'revoking cannot be undone: repeat the command with --yes');
      }
      using side = context.openAsset('registry');
      const rightsId = rightsIdNamed(context.description(), named);
      return await perform(
        {
          what: `${name} ${rightsId}`,
          args: { rightsId, reason },
          checks: () => statusChecks(side.asset, rightsId, from),
          send: () => side.asset[name](rightsId, reason),
          answer: (committed) => committedAnswer(done, committed, { record: rightsId, reason }),
        },
        dryRun,
      );
    },
  });
}
