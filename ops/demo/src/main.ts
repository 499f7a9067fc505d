import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_PROFILE, profileSchema, startBridge } from '@twinspan/devnet';
import { describeMachine, writeReport } from '@twinspan/report';
import type { Report } from '@twinspan/report';
import { prepare } from '../../setup/prepare.ts';
import { root } from '../../setup/root.ts';
import { versions } from '../../setup/versions.ts';
import { carryPortfolio } from './carryPortfolio.ts';
import { policyOf } from './policyOf.ts';
import { readPortfolio } from './portfolio.ts';
import type { Portfolio } from './portfolio.ts';
import { Story } from './story.ts';

const USAGE = `usage: npm run demo -- [options]

  --portfolio FILE           what to carry; default examples/portfolio.json
  --report FILE              also write what was seen as JSON (ops/report/report.schema.json)
  --orderers smartbft|raft   default smartbft
  --evm anvil|geth           default anvil

exit codes: 0 carried, supplies agree · 1 failed · 2 wrong usage · 130 interrupted
`;

function parse(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      portfolio: { type: 'string', default: join(root, 'examples/portfolio.json') },
      report: { type: 'string' },
      orderers: { type: 'string', default: DEFAULT_PROFILE.orderers },
      evm: { type: 'string', default: DEFAULT_PROFILE.evm },
      help: { type: 'boolean', default: false },
    },
  });
  const { orderers, evm, ...options } = values;
  return { ...options, profile: profileSchema.parse({ orderers, evm }) };
}

type Options = ReturnType<typeof parse>;

async function demo(options: Options, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  const portfolio = await readPortfolio(options.portfolio);
  await prepare(options.profile.evm);
  const story = new Story(print);
  let supply: Report['supply'] = [];
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  try {
    supply = await carry(options, portfolio, story, signal);
  } finally {
    const ok = supply.length > 0 && supply.every(({ difference }) => difference === 0);
    const measures = { 'seconds.demo.warm': { value: seconds(), unit: 'seconds' } };
    const { steps } = story;
    const machine = describeMachine();
    const report: Report = { kind: 'demo', ok, versions: versions(), machine, steps, supply, measures };
    if (options.report !== undefined) await writeReport(options.report, report);
  }
  print(`\nCarried across and back in ${seconds().toFixed(1)} s; nothing is left running.`);
  for (const line of NEXT) print(line);
}

async function carry(
  options: Options,
  portfolio: Portfolio,
  story: Story,
  signal: AbortSignal,
): Promise<Report['supply']> {
  story.chapter('Networks: a Fabric channel, an EVM chain, three relayer nodes');
  await using bridge = await startBridge({
    profile: options.profile,
    policy: policyOf(portfolio),
    signal,
    say: (line) => {
      print(`  · ${line}`);
    },
  });
  return await carryPortfolio(bridge, portfolio, { story, print, signal });
}

const NEXT = [
  'To look further:',
  '  npm run devnet -- up            the same network, kept running',
  '  npm run twinspan -- --help      every verb on it: record, lock, epoch, message, token, release',
  '  npm run devnet -- down          end it',
  '  bridge/docs/protocol.md         what was proven, byte by byte',
];

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(args: string[]): Promise<number> {
  let options: Options;
  try {
    options = parse(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    print(USAGE);
    return 0;
  }
  const life = new AbortController();
  const interrupt = (): void => {
    life.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt).on('SIGHUP', interrupt);
  try {
    await demo(options, life.signal);
    return 0;
  } catch (error) {
    if (life.signal.aborted) return 130;
    process.stderr.write(
      `demo: ${error instanceof Error ? error.message : String(error)}\nThe logs are in .devnet/logs.\n`,
    );
    return 1;
  }
}

process.exit(await main(process.argv.slice(2)));
