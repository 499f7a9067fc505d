import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fabricBinaries, gethBinary } from './binaries.ts';
import { DESCRIPTION_FILE, readDescription } from './description.ts';
import { takeDown } from './down.ts';
import type { NetworkOptions } from './network.ts';
import { DEFAULT_DIRECTORY } from './plan.ts';
import { DEFAULT_PROFILE, profileSchema } from './profile.ts';
import { networkStatus } from './status.ts';
import type { NetworkStatus } from './status.ts';
import { upInBackground, upInForeground } from './up.ts';

const USAGE = `usage: devnet build|up|status|down [options]

  build   build the chains' programs, cached by content
  up      bring up both chains, the contracts and three relayer nodes; they run until \`down\`
  status  each process, its ports, health and height
  down    end everything; also after a crash

  --orderers smartbft|raft   default ${DEFAULT_PROFILE.orderers}: four byzantine fault tolerant orderers; raft: one
  --evm anvil|geth           default ${DEFAULT_PROFILE.evm}
  --peers 1|2                default 1: peers of each org
  --directory DIR            default .devnet in the repository
  --port-offset N            a multiple of 1000, for a second network; default 0
  --chaincode FILE           another chaincode's main file
  --chains-only              up: no contracts and no relayer nodes
  --foreground               up: stay, and end the network with Ctrl-C
  --json                     the answer as JSON on standard output; progress goes to standard error

exit codes: 0 done · 1 failed · 2 wrong usage · 3 status: not up, or something is unhealthy
`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_NOT_HEALTHY = 3;

type Options = ReturnType<typeof parse>['values'];

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      orderers: { type: 'string', default: DEFAULT_PROFILE.orderers },
      evm: { type: 'string', default: DEFAULT_PROFILE.evm },
      peers: { type: 'string', default: String(DEFAULT_PROFILE.peers) },
      directory: { type: 'string', default: DEFAULT_DIRECTORY },
      'port-offset': { type: 'string', default: '0' },
      chaincode: { type: 'string' },
      'chains-only': { type: 'boolean', default: false },
      foreground: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
}

/** What the profile needs, so that a later bring-up compiles nothing. */
async function build(options: Options): Promise<void> {
  await fabricBinaries({ say });
  if (options.evm === 'geth') await gethBinary({ say });
}

async function up(options: Options): Promise<void> {
  const directory = resolve(options.directory);
  const network: NetworkOptions = {
    profile: profileSchema.parse({
      orderers: options.orderers,
      evm: options.evm,
      peers: Number(options.peers),
    }),
    directory,
    portOffset: Number(options['port-offset']),
    say,
    ...(options.chaincode === undefined ? {} : { chaincodeEntry: options.chaincode }),
  };
  if (options.foreground) {
    await upInForeground(network, options['chains-only']);
    return;
  }
  await upInBackground(import.meta.filename, process.argv.slice(2), directory, say);
  const file = join(directory, DESCRIPTION_FILE);
  if (options.json) print(readDescription(file));
  else process.stdout.write(`up: ${file} says where everything is; \`npm run devnet down\` ends it\n`);
}

async function status(options: Options): Promise<void> {
  const found = await networkStatus(resolve(options.directory));
  if (options.json) print(found);
  else process.stdout.write(statusTable(found));
  if (found.state !== 'up' || found.processes.some((one) => !one.healthy)) process.exitCode = EXIT_NOT_HEALTHY;
}

async function down(options: Options): Promise<void> {
  const ended = await takeDown(resolve(options.directory));
  if (options.json) print({ ended });
  else process.stdout.write(ended ? 'down: every process ended, every port free\n' : 'down: nothing was up\n');
}

function statusTable(found: NetworkStatus): string {
  const rows = found.processes.map(({ name, pid, ports, healthy, height }) =>
    [
      name.padEnd(20),
      String(pid ?? '-').padStart(8),
      healthy ? 'healthy  ' : 'UNHEALTHY',
      String(height ?? '-').padStart(8),
      ports.join(' '),
    ].join('  '),
  );
  const header = `${'process'.padEnd(20)}  ${'pid'.padStart(8)}  health     ${'height'.padStart(8)}  ports`;
  return `${[`network: ${found.state}`, ...(rows.length === 0 ? [] : [header]), ...rows].join('\n')}\n`;
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const VERBS: Readonly<Record<string, (options: Options) => Promise<void>>> = { build, up, status, down };

async function main(args: string[]): Promise<void> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  const verb = VERBS[parsed.positionals[0] ?? ''];
  if (parsed.values.help || verb === undefined || parsed.positionals.length !== 1) {
    say(USAGE);
    process.exitCode = parsed.values.help ? 0 : EXIT_USAGE;
    return;
  }
  try {
    await verb(parsed.values);
  } catch (error) {
    say(`devnet: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = EXIT_FAILED;
  }
}

await main(process.argv.slice(2));
