import { accountFromBytes32, EMPTY_OUTBOX_HEAD, Fault, type OutboxEntry } from '@twinspan/protocol';
import type { LocatedOutboxEntry } from '@twinspan/sdk';
import { z } from 'zod';
import type { Chains } from '../context.ts';
import { countInput, laneIndexInput, laneInput } from '../inputs.ts';
import { laneNamed } from '../naming.ts';
import { facts, grouped, shortId, table, type Answer } from '../render.ts';
import { verb, type Noun } from '../verb.ts';

/** `twinspan release …` */
export const releaseNoun: Noun = {
  name: 'release',
  summary: 'units on their way home: redemptions and bounces',
  verbs: [
    verb({
      name: 'list',
      summary: 'the newest entries of a lane’s outbox and whether they are applied',
      options: { '--lane <id>': 'needed where there are several', '--last <n>': 'how many (default: 20)' },
      input: z.object({ lane: laneInput.optional(), last: countInput.default(20) }),
      run: async (context, { lane, last }) => {
        using chains = context.open('custodian');
        const { entries, releasedThrough } = await outboxOf(chains, await laneNamed(chains.asset, lane));
        return listAnswer(entries.slice(-last).reverse(), releasedThrough);
      },
    }),
    verb({
      name: 'show',
      summary: 'where one release is now and what to do next',
      parameters: { '<release>': 'lane:index, or the index where there is one lane' },
      input: z.object({ release: laneIndexInput }),
      run: async (context, { release }) => {
        using chains = context.open('custodian');
        const laneId = await laneNamed(chains.asset, release.laneId);
        const { entries, releasedThrough } = await outboxOf(chains, laneId);
        const entry = entries.find(({ index }) => index === release.index);
        if (entry === undefined) {
          throw new Fault('NOT_FOUND', `the outbox of lane ${laneId.toString()} has ${entries.length} entries`);
        }
        return await showAnswer(chains, laneId, entry, releasedThrough);
      },
    }),
  ],
};

interface Outbox {
  readonly entries: readonly LocatedOutboxEntry[];
  readonly releasedThrough: bigint;
}

async function outboxOf({ asset, trading }: Chains, laneId: bigint): Promise<Outbox> {
  const question = { laneId, fromIndex: 0n, fromHead: EMPTY_OUTBOX_HEAD, throughBlock: await trading.blockNumber() };
  const [entries, outbox] = await Promise.all([trading.outboxEntries(question), asset.laneOutbox(laneId)]);
  return { entries, releasedThrough: outbox.releasedThrough };
}

/** The account of a redemption, or the message of a bounce. */
function targetText({ kind, target }: OutboxEntry): string {
  if (kind === 'BOUNCE') return `message ${BigInt(target).toString()}`;
  return accountFromBytes32(target) ?? 'unclaimed (the target is not an account)';
}

function listAnswer(entries: readonly LocatedOutboxEntry[], releasedThrough: bigint): Answer {
  const rows = entries.map((entry) => ({ ...entry, state: entry.index < releasedThrough ? 'applied' : 'waiting' }));
  const text = table(
    [
      { title: 'release', of: (row) => grouped(row.index), isNumber: true },
      { title: 'kind', of: (row) => row.kind },
      { title: 'state', of: (row) => row.state },
      { title: 'units', of: (row) => grouped(row.units), isNumber: true },
      { title: 'record', of: (row) => shortId(row.rightsId) },
      { title: 'to', of: targetText },
      { title: 'block', of: (row) => grouped(row.blockNumber), isNumber: true },
    ],
    rows,
    'the outbox is empty',
  );
  return { json: rows, text };
}

async function showAnswer(
  chains: Chains,
  laneId: bigint,
  entry: LocatedOutboxEntry,
  releasedThrough: bigint,
): Promise<Answer> {
  const where = whereIsRelease(entry.index, {
    releasedThrough,
    finalizedBlock: await chains.trading.finalizedBlock(),
    blockNumber: entry.blockNumber,
  });
  const record = await chains.asset.record(entry.rightsId);
  const text = facts({
    state: where.state,
    why: where.why,
    'do next': where.next,
    release: `${laneId.toString()}:${entry.index.toString()}`,
    kind: entry.kind,
    units: `${grouped(entry.units)}${record === undefined ? '' : ` of ${record.symbol}`}`,
    to: targetText(entry),
    record: entry.rightsId,
    block: grouped(entry.blockNumber),
    transaction: entry.txHash,
  });
  return { json: { ...where, laneId, ...entry, releasedThrough }, text };
}

export interface ReleaseFacts {
  readonly releasedThrough: bigint;
  readonly finalizedBlock: bigint;
  /** Of the entry. */
  readonly blockNumber: bigint;
}

export interface ReleaseWhereabouts {
  readonly state: 'applied' | 'unfinal' | 'waiting';
  readonly why: string;
  readonly next: string;
}

/** Where a release is now and why. Pure. */
export function whereIsRelease(index: bigint, facts: ReleaseFacts): ReleaseWhereabouts {
  const { releasedThrough, finalizedBlock, blockNumber } = facts;
  if (index < releasedThrough) {
    return { state: 'applied', why: 'its units are back on the asset chain', next: 'nothing is left to do' };
  }
  if (blockNumber > finalizedBlock) {
    return {
      state: 'unfinal',
      why: `its block ${blockNumber.toString()} is not final yet (final is ${finalizedBlock.toString()})`,
      next: 'wait for finality: attestors sign final blocks only',
    };
  }
  const before = index - releasedThrough;
  return {
    state: 'waiting',
    why: before === 0n ? 'it is the next to be applied' : `${before.toString()} entries before it are not applied yet`,
    next: 'a relayer releases it once attestors signed; over a record’s 24-hour limit it waits (RELEASE_LIMIT)',
  };
}
