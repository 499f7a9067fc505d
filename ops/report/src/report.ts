import { cpus, totalmem } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';

const decimal = z.string().regex(/^-?\d+$/, 'a decimal integer');
const rightsId = z.string().regex(/^0x[0-9a-f]{64}$/, '32 bytes of lower-case hex');

const step = z.strictObject({
  name: z.string().min(1),
  ok: z.boolean(),
  seconds: z.number().nonnegative(),
  /** What the step touched: ids, block numbers, gas. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

const supplyRow = z.strictObject({
  rightsId,
  assetChain: z.strictObject({ sealed: decimal, released: decimal }),
  tradingChain: z.strictObject({ minted: decimal, held: decimal, outboxPending: decimal }),
  /** sealed − released − minted − held − outboxPending; anything but 0 is a lost or forged unit. */
  difference: z.number().int(),
});

const measure = z.strictObject({ value: z.number(), unit: z.string().min(1) });

/** What `npm run demo` and `npm run bench` write with `--report FILE`. Units are base units of the record. */
export const reportSchema = z.strictObject({
  kind: z.enum(['demo', 'bench']),
  ok: z.boolean(),
  versions: z.record(z.string(), z.string()),
  machine: z.strictObject({ cpu: z.string(), cores: z.number().int(), memoryGiB: z.number(), platform: z.string() }),
  steps: z.array(step),
  supply: z.array(supplyRow),
  measures: z.record(z.string(), measure),
});

export type Report = z.infer<typeof reportSchema>;
export type ReportStep = z.infer<typeof step>;
export type SupplyRow = z.infer<typeof supplyRow>;
export type Measure = z.infer<typeof measure>;

/** The machine of this process, without its name. */
export function describeMachine(): Report['machine'] {
  const [first] = cpus();
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
  };
}

/** Writes a report that fits the schema; throws ZodError otherwise. */
export async function writeReport(file: string, report: Report): Promise<void> {
  await writeFile(file, `${JSON.stringify(reportSchema.parse(report), undefined, 2)}\n`);
}
