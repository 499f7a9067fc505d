import { Fault, recordCommitmentOf } from '@twinspan/protocol';
import type { Committed, AssetChain } from '@twinspan/sdk';
import { z } from 'zod';
import { readInputFile } from '../../inputFile.ts';
import { hkdInput, timeInput } from '../../inputs.ts';
import { rightsIdNamed } from '../../naming.ts';
import { committedAnswer, perform } from '../../performing.ts';
import { hkdText, timeText, type Answer } from '../../render.ts';
import { appraiseFileSchema, reappraised, registerFileSchema, registrationOf } from '../../recordFile.ts';
import { verb, type Verb } from '../../verb.ts';
import { dryRunOption, nowSeconds, recordParameter, statusChecks } from './found.ts';

type Committing = Awaited<ReturnType<AssetChain['register']>>;

const registerHelp = `The file, in JSON:
  {"registrationNumber": "HB-2024-17", "name": "Hubei Household Solar", "symbol": "HBSOL", "decimals": 0,
   "issuedUnits": "48000000", "account": "treasury", "unitValue": "2500000000000000000",
   "confidential": {"class": "SOLAR", "jurisdiction": "CN", "registeredUnits": "48000000",
     "appraisedValue": "192000000000000000000000000", "appraisedAt": "2026-01-15", "appraisalValidUntil": "2027-01-15",
     "rating": 180, "encumbered": false, "filingValidUntil": "2028-01-15", "owner": "SPV One", "documents": "2024/17"}}
unitValue and appraisedValue are in 10^-18 HKD. The confidential part goes only to custodian and registry.`;

/** `twinspan record register` */
export const registerVerb: Verb = verb({
  name: 'register',
  summary: 'register a right; its confidential fields stay with custodian and registry',
  options: { '--file <file>': 'JSON, see below; - for standard input', ...dryRunOption },
  details: registerHelp,
  input: z.object({ file: z.string(), dryRun: z.boolean().default(false) }),
  run: async (context, { file, dryRun }) => {
    const content = readInputFile(file, registerFileSchema);
    using side = context.openAsset('custodian');
    const { args, record } = registrationOf(content, side.asset.mspId, nowSeconds());
    return await perform(
      {
        what: `register ${args.registrationNumber} of ${side.asset.mspId} as ${record.rightsId}`,
        args,
        checks: async () => {
          const isNew = (await side.asset.record(record.rightsId)) === undefined;
          const isIssuable = args.issuedUnits <= record.registeredUnits;
          return [
            { check: 'the registration number is not registered yet', ok: isNew },
            { check: 'no more units are issued than registered', ok: isIssuable },
          ];
        },
        send: () => side.asset.register(args, record),
        answer: (committed) => commitmentAnswer('registered', committed),
      },
      dryRun,
    );
  },
});

/** `twinspan record appraise` */
export const appraiseVerb: Verb = verb({
  name: 'appraise',
  summary: 'put forward new confidential fields; they count once the registry confirms',
  parameters: recordParameter,
  options: {
    '--file <file>': 'JSON with the fields of `confidential` that change; - for standard input',
    ...dryRunOption,
  },
  input: z.object({ record: z.string(), file: z.string(), dryRun: z.boolean().default(false) }),
  run: async (context, { record: name, file, dryRun }) => {
    const changed = readInputFile(file, appraiseFileSchema);
    using side = context.openAsset('custodian');
    const rightsId = rightsIdNamed(context.description(), name);
    const current = await side.asset.privateRecord(rightsId);
    if (current === undefined) throw new Fault('PRIVATE_MISSING', `this peer has no confidential record ${rightsId}`);
    const record = reappraised(current.record, changed);
    return await perform(
      {
        what: `appraise ${rightsId}, changing ${Object.keys(changed).join(', ')}`,
        args: { rightsId, commitment: recordCommitmentOf(record) },
        checks: () => statusChecks(side.asset, rightsId, ['REGISTERED', 'ACTIVE', 'FROZEN']),
        send: () => side.asset.appraise(record),
        answer: (committed) => commitmentAnswer('appraised', committed),
      },
      dryRun,
    );
  },
});

function commitmentAnswer(what: string, committed: Committing): Answer {
  const { rightsId, commitment } = committed.result;
  const next = `the registry confirms it: twinspan record confirm ${rightsId}`;
  return committedAnswer(what, committed, { record: rightsId, commitment, 'do next': next });
}

/** `twinspan record value` */
export const valueVerb: Verb = verb({
  name: 'value',
  summary: 'set the value of a unit',
  parameters: { ...recordParameter, '<hkd>': 'HKD per base unit, for example 2.5' },
  options: { '--valued-at <time>': 'Unix seconds or a date (default: now)', ...dryRunOption },
  input: z.object({
    record: z.string(),
    hkd: hkdInput.refine((value) => value < 2n ** 80n, { error: 'expected at most 2^80 - 1 of 10^-18 HKD' }),
    valuedAt: timeInput.optional(),
    dryRun: z.boolean().default(false),
  }),
  run: async (context, { record: name, hkd, valuedAt = nowSeconds(), dryRun }) => {
    using side = context.openAsset('custodian');
    const args = { rightsId: rightsIdNamed(context.description(), name), unitValue: hkd, valuedAt };
    return await perform(
      {
        what: `value ${args.rightsId} at ${hkdText(hkd)} a unit`,
        args,
        checks: () => statusChecks(side.asset, args.rightsId, ['REGISTERED', 'ACTIVE', 'FROZEN']),
        send: () => side.asset.value(args),
        answer: (committed: Committed<unknown>) =>
          committedAnswer('valued', committed, { 'unit value': hkdText(hkd), valued: timeText(valuedAt) }),
      },
      dryRun,
    );
  },
});
