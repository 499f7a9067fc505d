import { accountField, addressField, Fault, rightsIdField, unitsField, type Hex } from '@twinspan/protocol';
import type { AssetChain, LockArgs, LockTrace, NetworkDescription } from '@twinspan/sdk';
import { z } from 'zod';
import { listOf } from '../listOf.ts';
import type { Context } from '../context.ts';
import { readInputFile } from '../inputFile.ts';
import { laneInput, unitsInput } from '../inputs.ts';
import { addressNamed, laneNamed, rightsIdNamed } from '../naming.ts';
import { committedAnswer, perform, type Check } from '../performing.ts';
import { facts, grouped, shortId, table, type Answer } from '../render.ts';
import { verb, type Noun } from '../verb.ts';

/** One transaction locks at most this many. */
const BATCH = 100;

/** `record` or `rightsId`, and `to` or `recipient`, by any name that the command line takes. */
const fileSchema = z
  .array(
    z.strictObject({
      record: z.string(),
      account: accountField,
      to: z.string(),
      units: unitsField,
      reference: z.string().max(128).default(''),
    }),
  )
  .min(1);

const addInput = z
  .object({
    lane: laneInput.optional(),
    file: z.string().optional(),
    record: z.string().optional(),
    from: accountField.optional(),
    to: z.string().optional(),
    units: unitsInput.optional(),
    reference: z.string().max(128).default(''),
    dryRun: z.boolean().default(false),
  })
  .refine(
    ({ file, record, from, to, units }) => {
      const flags = [record, from, to, units];
      return file === undefined ? flags.every((flag) => flag !== undefined) : flags.every((flag) => flag === undefined);
    },
    { error: 'give --record, --from, --to and --units, or --file alone' },
  );

type AddInput = z.output<typeof addInput>;

/** `twinspan lock …` */
export const lockNoun: Noun = {
  name: 'lock',
  summary: 'units taken out of a holding for a recipient on the trading chain',
  verbs: [
    verb({
      name: 'add',
      summary: 'lock units, from flags or a file',
      options: {
        '--record <record>': 'rightsId, registration number, or MSP/registration number',
        '--from <account>': 'account in the custodian’s book that holds the units',
        '--to <recipient>': 'address, or account of the network',
        '--units <n>': 'base units',
        '--reference <text>': 'your own reference; stays inside the consortium',
        '--file <file>': 'JSON list of {record, account, to, units, reference}; - for standard input',
        '--lane <id>': 'needed where there are several',
        '--dry-run': 'check the records and holdings and say what would be sent',
      },
      details: `A file is sent in transactions of ${BATCH} locks, each all or nothing.`,
      input: addInput,
      run: add,
    }),
    verb({
      name: 'cancel',
      summary: 'give the units of unsealed locks back',
      parameters: { '<locks...>': 'lock ids' },
      options: { '--lane <id>': 'needed where there are several', '--dry-run': 'check and say what would be sent' },
      input: z.object({
        locks: z.array(z.string()).min(1),
        lane: laneInput.optional(),
        dryRun: z.boolean().default(false),
      }),
      run: async (context, { locks, lane, dryRun }) => {
        using side = context.openAsset('custodian');
        const laneId = await laneNamed(side.asset, lane);
        const performance = {
          what: `cancel ${locks.length} lock(s) of lane ${laneId.toString()}`,
          args: { laneId, lockIds: locks },
          checks: () => pendingChecks(side.asset, laneId, locks),
          send: () => side.asset.cancelLocks(laneId, locks),
          answer: (committed: Awaited<ReturnType<AssetChain['cancelLocks']>>) =>
            committedAnswer('cancelled', committed, { locks: grouped(locks.length) }),
        };
        return await perform(performance, dryRun);
      },
    }),
    verb({
      name: 'list',
      summary: 'locks that wait for their seal, or those of one batch',
      options: { '--batch <id>': 'transaction id of a lock', '--lane <id>': 'needed where there are several' },
      input: z.object({ batch: z.string().optional(), lane: laneInput.optional() }),
      run: async (context, { batch, lane }) => {
        using side = context.openAsset('custodian');
        const locks =
          batch === undefined
            ? await listOf(side.asset.pendingLocks(await laneNamed(side.asset, lane)))
            : await locksOfBatch(side.asset, batch);
        return listAnswer(locks);
      },
    }),
  ],
};

async function add(context: Context, input: AddInput): Promise<Answer> {
  using side = context.openAsset('custodian');
  const locks = locksWanted(context.description(), input);
  const laneId = await laneNamed(side.asset, input.lane);
  return await perform(
    {
      what: `lock ${locks.length} time(s) on lane ${laneId.toString()}`,
      args: { laneId, locks },
      checks: () => holdingChecks(side.asset, locks),
      send: () => lockAll(context, side.asset, laneId, locks),
      answer: (batches) => addAnswer(batches),
    },
    input.dryRun,
  );
}

function locksWanted(description: NetworkDescription, input: AddInput): LockArgs[] {
  const { file, record, from, to, units, reference } = input;
  const wanted =
    file === undefined
      ? [{ record: record ?? '', account: from ?? '', to: to ?? '', units: units ?? 0n, reference }]
      : readInputFile(file, fileSchema);
  return wanted.map((lock) => ({
    rightsId: rightsIdField.parse(rightsIdNamed(description, lock.record)),
    recipient: addressField.parse(addressNamed(description, lock.to)),
    account: lock.account,
    units: lock.units,
    reference: lock.reference,
  }));
}

type Locked = Awaited<ReturnType<AssetChain['lock']>>;

async function lockAll(
  context: Context,
  asset: AssetChain,
  laneId: bigint,
  locks: readonly LockArgs[],
): Promise<Locked[]> {
  const batches: Locked[] = [];
  for (let from = 0; from < locks.length; from += BATCH) {
    batches.push(await asset.lock(laneId, locks.slice(from, from + BATCH)));
    if (locks.length > BATCH) context.say(`${Math.min(from + BATCH, locks.length)} of ${locks.length} locked`);
  }
  return batches;
}

function addAnswer(batches: readonly Locked[]): Answer {
  const lockIds = batches.flatMap(({ result }) => result.lockIds);
  const json = batches.map(({ txId, blockNumber, result }) => ({ txId, blockNumber, ...result }));
  const next = `follow one with \`twinspan message show ${lockIds[0] ?? ''}\``;
  return { json: { batches: json, lockIds }, text: [...lockIds, '', next].join('\n') };
}

/** Whether each holding covers all that these locks take from it. */
async function holdingChecks(asset: AssetChain, locks: readonly LockArgs[]): Promise<Check[]> {
  const taken = new Map<string, { rightsId: Hex; account: string; units: bigint }>();
  for (const { rightsId, account, units } of locks) {
    const before = taken.get(`${rightsId} ${account}`)?.units ?? 0n;
    taken.set(`${rightsId} ${account}`, { rightsId, account, units: before + units });
  }
  const checks = [...taken.values()].map(async ({ rightsId, account, units }): Promise<Check> => {
    const record = await asset.record(rightsId);
    if (record === undefined) return { check: `record ${rightsId} is registered`, ok: false };
    if (record.status !== 'ACTIVE') return { check: `${record.symbol} is ACTIVE, it is ${record.status}`, ok: false };
    const holding = await asset.holding(rightsId, account);
    const check = `${account} holds ${grouped(holding.units)} of ${record.symbol}, ${grouped(units)} to be locked`;
    return { check, ok: holding.units >= units };
  });
  return Promise.all(checks);
}

async function pendingChecks(asset: AssetChain, laneId: bigint, lockIds: readonly string[]): Promise<Check[]> {
  const pending = new Set((await listOf(asset.pendingLocks(laneId))).map(({ lockId }) => lockId));
  return lockIds.map((lockId) => ({ check: `lock ${lockId} is pending`, ok: pending.has(lockId) }));
}

async function locksOfBatch(asset: AssetChain, batchId: string): Promise<readonly LockTrace[]> {
  const batch = await asset.locks(batchId);
  if (batch === undefined) throw new Fault('LOCK_UNKNOWN', `no lock batch ${batchId}`);
  return batch.locks;
}

function listAnswer(locks: readonly LockTrace[]): Answer {
  const place = ({ place: where }: LockTrace): string =>
    where.state === 'sealed' ? `message ${where.message.toString()} in epoch ${where.epoch.toString()}` : where.state;
  const text = table(
    [
      { title: 'lock', of: (lock) => lock.lockId },
      { title: 'units', of: (lock) => grouped(lock.units), isNumber: true },
      { title: 'record', of: (lock) => shortId(lock.rightsId) },
      { title: 'from', of: (lock) => lock.account },
      { title: 'recipient', of: (lock) => lock.recipient },
      { title: 'where', of: place },
    ],
    locks,
    'no locks wait',
  );
  const totals = locks.length === 0 ? '' : `\n\n${facts({ locks: grouped(locks.length) })}`;
  return { json: locks, text: text + totals };
}
