import { Fault, recordCommitmentOf, wordField, type Hex } from '@twinspan/protocol';
import type { AssetChain } from '@twinspan/sdk';
import { z } from 'zod';
import { unitsInput } from '../../inputs.ts';
import { rightsIdNamed } from '../../naming.ts';
import { committedAnswer, perform } from '../../performing.ts';
import { grouped } from '../../render.ts';
import { verb, type Verb } from '../../verb.ts';
import { dryRunOption, recordParameter, requireRecord } from './found.ts';

/** `twinspan record confirm` */
export const confirmVerb: Verb = verb({
  name: 'confirm',
  summary: 'the registry confirms the pending commitment, having checked it against the confidential record',
  parameters: recordParameter,
  options: {
    '--commitment <hex>': 'confirm exactly this one (default: the pending one)',
    '--window-limit <units>': 'units that may be released per 24 hours (default: no limit)',
    ...dryRunOption,
  },
  input: z.object({
    record: z.string(),
    commitment: wordField.optional(),
    windowLimit: unitsInput.optional(),
    dryRun: z.boolean().default(false),
  }),
  run: async (context, { record: name, commitment: wanted, windowLimit, dryRun }) => {
    using side = context.openAsset('registry');
    const rightsId = rightsIdNamed(context.description(), name);
    const commitment = wanted ?? (await pendingCommitment(side.asset, rightsId));
    await requireOpened(side.asset, rightsId, commitment);
    const args = { rightsId, commitment, ...(windowLimit === undefined ? {} : { windowLimit }) };
    return await perform(
      {
        what: `confirm ${rightsId}`,
        args,
        checks: async () => {
          const { pendingCommitment: pending } = await requireRecord(side.asset, rightsId);
          return [
            { check: 'this registry’s copy of the confidential record opens the commitment', ok: true },
            { check: 'the commitment is the pending one', ok: pending === commitment },
          ];
        },
        send: () => side.asset.confirm(args),
        answer: (committed) =>
          committedAnswer('confirmed', committed, {
            record: rightsId,
            commitment,
            'window limit': windowLimit === undefined ? 'none' : `${grouped(windowLimit)} units per 24 hours`,
          }),
      },
      dryRun,
    );
  },
});

async function pendingCommitment(asset: AssetChain, rightsId: Hex): Promise<Hex> {
  const { pendingCommitment: pending, status } = await requireRecord(asset, rightsId);
  if (pending !== undefined) return pending;
  throw new Fault('RECORD_STATUS', `record ${rightsId} is ${status} and waits for no confirmation`);
}

/** The registry vouches for what it has seen: its own copy must open the commitment that it confirms. */
async function requireOpened(asset: AssetChain, rightsId: Hex, commitment: Hex): Promise<void> {
  const found = await asset.privateRecord(rightsId, commitment);
  if (found === undefined) throw new Fault('PRIVATE_MISSING', `this peer has no confidential record for ${commitment}`);
  if (recordCommitmentOf(found.record) !== commitment) {
    throw new Fault('COMMITMENT_MISMATCH', `the confidential record of ${rightsId} does not open ${commitment}`);
  }
}
