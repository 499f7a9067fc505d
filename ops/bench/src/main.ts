import { parseArgs } from 'node:util';
import { DEFAULT_PROFILE, profileSchema, startBridge } from '@twinspan/devnet';
import type { Profile } from '@twinspan/devnet';
import { describeMachine, formatTable, writeReport } from '@twinspan/report';
import type { Measure, Report, ReportStep } from '@twinspan/report';
import { z } from 'zod';
import { prepare } from '../../setup/prepare.ts';
import { versions } from '../../setup/versions.ts';
import { crossing } from './measures/crossing.ts';
import { demo } from './measures/demo.ts';
import { gas } from './measures/gas.ts';
import { gossip } from './measures/gossip.ts';
import { networkRace } from './measures/networkRace.ts';
import { networkGap } from './measures/networkGap.ts';
import { networkRate } from './measures/networkRate.ts';
import { networkWaiting } from './measures/networkWaiting.ts';
import { provers } from './measures/provers.ts';
import { proving } from './measures/proving.ts';
import { rate } from './measures/rate.ts';
import { setScene, suppliesOf } from './scene.ts';
import { ratioToTarget, targets } from './targets.ts';

const USAGE = `usage: npm run bench -- [options]

  --only gas,proving,crossing,demo,… parts to measure, also provers, gossip, rate, gap, waiting, race; default all
  --locks N                          locks of the sustained load; default 10000
  --waiting N                        locks that wait when the nodes are restarted; default 100000
  --evm anvil|geth                   the trading chain of the crossing; default anvil
  --report FILE                      also write the measures as JSON (ops/report/report.schema.json)

exit codes: 0 measured · 1 failed · 2 wrong usage · 130 interrupted
A missed target is shown, not an error: machines differ.
`;
const PARTS = ['gas', 'proving', 'provers', 'gossip', 'crossing', 'rate', 'gap', 'waiting', 'race', 'demo'] as const;
const RECORDS = 32;

interface Seen {
  readonly measures: Record<string, Measure>;
  readonly steps: ReportStep[];
  supply: Report['supply'];
}

interface Wanted {
  readonly only: readonly string[];
  readonly locks: number;
  readonly waiting: number;
  readonly evm: Profile['evm'];
  readonly signal: AbortSignal;
}

type Part = (name: string, measure: () => Promise<Record<string, Measure>>) => Promise<void>;

async function bench(wanted: Wanted): Promise<Seen> {
  const { only, signal } = wanted;
  const seen: Seen = { measures: {}, steps: [], supply: [] };
  const part: Part = async (name, measure) => {
    signal.throwIfAborted();
    console.error(`bench: ${name}`);
    const startedAt = performance.now();
    const measured = await measure();
    Object.assign(seen.measures, measured);
    const facts = Object.fromEntries(Object.entries(measured).map(([key, { value }]) => [key, value]));
    seen.steps.push({ name, ok: true, seconds: (performance.now() - startedAt) / 1000, facts });
  };
  if (only.includes('gas')) await part('gas', gas);
  if (only.includes('proving')) await part('proving', proving);
  if (only.includes('provers')) await part('proof workers', provers);
  if (only.includes('gossip')) await part('gossip', gossip);
  if (only.includes('crossing')) seen.supply = await crossings(part, wanted);
  seen.supply = [...seen.supply, ...(await networks(part, wanted))];
  if (only.includes('demo')) await part('demo', demo);
  return seen;
}

/** Networks of several nodes, each brought up anew. */
async function networks(part: Part, { only, locks, waiting, evm, signal }: Wanted): Promise<Report['supply']> {
  const options = { profile: { evm }, signal, say };
  let supply: Report['supply'] = [];
  if (only.includes('rate')) await part(`${locks} locks, one node and three`, () => networkRate(options, locks));
  if (only.includes('gap')) {
    await part('each node killed in turn', async () => {
      const seen = await networkGap(options);
      supply = seen.supply;
      return seen.measures;
    });
  }
  if (only.includes('waiting')) await part(`${waiting} locks waiting`, () => networkWaiting(options, waiting));
  if (only.includes('race')) await part('carriers race on 500 epochs', networkRace);
  return supply;
}

function say(line: string): void {
  console.error(`  ${line}`);
}

async function crossings(part: Part, { locks, evm, signal }: Wanted): Promise<Report['supply']> {
  await using bridge = await startBridge({ profile: { evm }, signal, say });
  using scene = await setScene(bridge, RECORDS);
  await part('crossing of a lone lock', () => crossing(scene));
  await part(`${locks} locks`, () => rate(scene, locks));
  return await suppliesOf(scene);
}

function print({ measures, supply }: Seen): void {
  const rows = Object.entries(measures).map(([name, { value, unit }]) => {
    const target = targets[name];
    const ratio = ratioToTarget(name, value);
    const bound = target?.most ?? target?.least;
    const sign = target?.most === undefined ? '≥' : '≤';
    return [
      name,
      figure(value),
      bound === undefined ? '' : `${sign} ${figure(bound)}`,
      ratio === undefined ? '' : ratio.toFixed(2),
      unit,
      target?.what ?? '',
    ];
  });
  for (const line of formatTable(['measure', 'value', 'target', 'of target', 'unit', 'what'], rows)) console.log(line);
  const off = supply.filter(({ difference }) => difference !== 0);
  if (supply.length > 0) console.log(`supplies: ${supply.length} records, ${off.length} with a difference`);
}

function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 2 : 0 });
}

async function measureAndReport(wanted: Omit<Wanted, 'signal'>, reportFile: string | undefined): Promise<boolean> {
  const life = new AbortController();
  const interrupt = (): void => {
    life.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  await prepare(wanted.evm);
  const seen = await bench({ ...wanted, signal: life.signal });
  print(seen);
  const ok = seen.supply.every(({ difference }) => difference === 0);
  const report: Report = { kind: 'bench', ok, versions: versions(), machine: describeMachine(), ...seen };
  if (reportFile !== undefined) await writeReport(reportFile, report);
  return ok;
}

const wantedSchema = z.object({
  only: z
    .string()
    .transform((names) => names.split(','))
    .pipe(z.array(z.enum(PARTS)).min(1)),
  locks: z
    .string()
    .regex(/^[1-9]\d{0,6}$/)
    .transform(Number),
  waiting: z
    .string()
    .regex(/^[1-9]\d{0,6}$/)
    .transform(Number),
  evm: profileSchema.shape.evm,
});

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: PARTS.join(',') },
      locks: { type: 'string', default: '10000' },
      waiting: { type: 'string', default: '100000' },
      evm: { type: 'string', default: DEFAULT_PROFILE.evm },
      report: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const wanted = wantedSchema.safeParse(values);
  if (values.help || !wanted.success) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  try {
    return (await measureAndReport(wanted.data, values.report)) ? 0 : 1;
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    console.error(`bench: ${message}`);
    return message === 'interrupted' ? 130 : 1;
  }
}

process.exit(await main(process.argv.slice(2)));
