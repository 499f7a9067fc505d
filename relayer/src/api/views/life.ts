import { z } from 'zod';
import type { ContentsRow, EpochRow, HoldRow, PlaceRow, ReleaseRow, SubmissionRow, Tables } from '../../db/tables.ts';
import { decimal, hex, time } from '../fields.ts';

export const stepSchema = z.object({
  step: z.enum([
    'locked',
    'sealed',
    'endorsed',
    'sent',
    'delivered',
    'held',
    'minted',
    'bounced',
    'outboxed',
    'released',
  ]),
  atMs: time.optional(),
  block: decimal.optional().describe("of the chain on which it happened; absent for what is this node's own doing"),
  txHash: hex.optional().describe('of the trading chain'),
  txId: z.string().optional().describe('of the asset chain'),
});

export type Step = z.output<typeof stepSchema>;

interface Known {
  readonly epoch: EpochRow;
  readonly locked: Step | undefined;
  /** While the chain has it. */
  readonly delivery?: PlaceRow | undefined;
  readonly contents?: ContentsRow | undefined;
  /** This node's own transaction, while it is on its way. */
  readonly sent?: Step | undefined;
  readonly hold?: HoldRow | undefined;
  readonly release?: ReleaseRow | undefined;
}

/** What happened to a message, oldest first. Pure. */
export function lifeOf({ epoch, locked, delivery, contents, sent, hold, release }: Known): Step[] {
  const steps: (Step | undefined)[] = [
    locked,
    epoch.sealedAt === 0n ? undefined : { step: 'sealed', atMs: Number(epoch.sealedAt) * 1_000 },
    contents === undefined ? undefined : { step: 'endorsed', atMs: contents.endorsedAtMs },
    sent,
    delivery === undefined ? undefined : { step: 'delivered', ...delivery },
    ...(delivery === undefined ? [] : afterDelivery(hold, release)),
  ];
  return steps.filter((step) => step !== undefined);
}

function afterDelivery(hold: HoldRow | undefined, release: ReleaseRow | undefined): (Step | undefined)[] {
  if (hold === undefined) return [];
  const { ended } = hold;
  return [
    { step: 'held', ...hold.held },
    ended === undefined ? undefined : { step: ended.how, atMs: ended.atMs, block: ended.block, txHash: ended.txHash },
    release === undefined ? undefined : { step: 'outboxed', ...release.outboxed },
    release?.released === undefined ? undefined : { step: 'released', ...release.released },
  ];
}

/** A transaction of this node's own that is on its way. */
export async function submissionFor(
  purpose: string,
  { submissions }: Pick<Tables, 'submissions'>,
): Promise<Step | undefined> {
  for await (const [, row] of submissions.entries()) if (row.purpose === purpose) return sentStep(row);
  return undefined;
}

function sentStep({ hashes, sentAtMs }: SubmissionRow): Step {
  return { step: 'sent', atMs: sentAtMs, txHash: hashes.at(-1) };
}
