import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from './plan.ts';
import type { Roster } from './running/roster.ts';
import { run } from './running/run.ts';
import type { RunOptions } from './running/run.ts';

/** What is said about long work, a line at a time. */
export type Say = (line: string) => void;

/** How a build is watched and called off. */
export interface BuildOptions {
  readonly say?: Say;
  readonly signal?: AbortSignal;
  /** Where a running build is entered, so that it does not outlive a crash. */
  readonly roster?: Roster;
}

/** Programs that are built from a go.mod of this package. */
interface Source {
  readonly name: string;
  /** Directory of go.mod and go.sum; their content and the Go version name the build. */
  readonly moduleDir: string;
  readonly linkerFlags: string;
  readonly programs: readonly string[];
  /** Packages compiled in a build from nothing; only for showing progress. */
  readonly packages: number;
}

const FABRIC: Source = {
  name: 'fabric',
  moduleDir: join(import.meta.dirname, '../fabric'),
  // `go install` leaves the version at «latest», and the check below could not tell our build from any other.
  linkerFlags: '-s -w -X github.com/hyperledger/fabric/common/metadata.Version=v3.1.1',
  programs: ['peer', 'orderer', 'configtxgen', 'configtxlator', 'cryptogen', 'osnadmin'],
  packages: 830,
};

const GETH: Source = {
  name: 'geth',
  moduleDir: join(import.meta.dirname, '../geth'),
  linkerFlags: '-s -w',
  programs: ['geth'],
  packages: 990,
};

const NATS: Source = {
  name: 'nats',
  moduleDir: join(import.meta.dirname, '../nats'),
  linkerFlags: '-s -w',
  programs: ['nats-server'],
  packages: 40,
};

const FABRIC_VERSION = /Version: v?3\.1\./;
/** osnadmin cannot say its version. */
const VERSION_ARGUMENTS: Readonly<Record<string, string>> = {
  peer: 'version',
  orderer: 'version',
  configtxgen: '-version',
  configtxlator: 'version',
  cryptogen: 'version',
};
const CACHE = join(REPOSITORY, '.cache', 'bin');
const PROGRESS_MS = 5_000;

/**
 * The directory with Fabric's programs: `FABRIC_BIN` if set, else built from source through the Go module proxy once.
 *
 * @throws if FABRIC_BIN lacks a program or holds another version; if Go is missing or the build fails
 */
export async function fabricBinaries(options: BuildOptions = {}): Promise<string> {
  const given = process.env.FABRIC_BIN;
  if (given === undefined || given === '') return build(FABRIC, options);
  await checkFabric(given);
  return given;
}

/** The directory with geth, built from source once. Throws if Go is missing or the build fails. */
export async function gethBinary(options: BuildOptions = {}): Promise<string> {
  return build(GETH, options);
}

/** The directory with nats-server, built from source once. Throws if Go is missing or the build fails. */
export async function natsBinary(options: BuildOptions = {}): Promise<string> {
  return build(NATS, options);
}

/** Throws unless the directory holds Fabric 3.1's programs. */
export async function checkFabric(directory: string): Promise<void> {
  const missing = FABRIC.programs.filter((program) => !existsSync(join(directory, program)));
  if (missing.length > 0) {
    throw new Error(`FABRIC_BIN=${directory} lacks ${missing.join(', ')}; unset it to build Fabric from source`);
  }
  for (const [program, argument] of Object.entries(VERSION_ARGUMENTS)) {
    const answer = await run(join(directory, program), [argument]);
    if (!FABRIC_VERSION.test(answer)) {
      const found = /Version: \S+/.exec(answer)?.[0] ?? 'no version';
      throw new Error(`FABRIC_BIN=${directory}: ${program} says «${found}», but Fabric 3.1 is needed`);
    }
  }
}

async function build(source: Source, options: BuildOptions): Promise<string> {
  const target = join(CACHE, `${source.name}-${await contentKey(source, options)}`);
  if (existsSync(target)) return target;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(join(CACHE, `.${source.name}-`));
  try {
    await install(source, unfinished, options);
    moveUnlessThere(unfinished, target);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return target;
}

/** 16 hex digits over everything that decides what the build gives. */
async function contentKey(source: Source, options: BuildOptions): Promise<string> {
  let version: string;
  try {
    version = await run('go', ['version'], whileRunning(options));
  } catch (cause) {
    throw new Error(`building ${source.name} needs Go (https://go.dev/dl), and «go version» fails`, { cause });
  }
  const hash = createHash('sha256').update(version).update(source.linkerFlags);
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(source.moduleDir, file)));
  return hash.digest('hex').slice(0, 16);
}

async function install(source: Source, into: string, options: BuildOptions): Promise<void> {
  const say: Say = (line) => options.say?.(line);
  const began = Date.now();
  const seconds = (): string => ((Date.now() - began) / 1000).toFixed(0);
  say(`building ${source.name} from source on ${availableParallelism()} cores, once: this takes minutes`);
  let done = 0;
  const progress = setInterval(() => {
    say(`building ${source.name}: ${done} of about ${source.packages} packages, ${seconds()} s`);
  }, PROGRESS_MS);
  try {
    await run('go', ['install', '-v', '-trimpath', `-ldflags=${source.linkerFlags}`, 'tool'], {
      cwd: source.moduleDir,
      env: { ...goEnvironment(), GOBIN: into, GOFLAGS: '-mod=readonly -buildvcs=false' },
      onLine: () => (done += 1),
      ...whileRunning(options),
    });
  } finally {
    clearInterval(progress);
  }
  say(`built ${source.name} in ${seconds()} s`);
}

function whileRunning({ signal, roster }: BuildOptions): RunOptions {
  return { ...(signal === undefined ? {} : { signal }), ...(roster === undefined ? {} : { roster }) };
}

/** The user's own Go settings: proxy, caches, certificates. */
function goEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(GO|CGO|CC$|XDG_|SSL_|HTTPS?_PROXY|NO_PROXY)/i.test(name),
  );
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Two builds may race: the first one in place wins, and the other is the same. */
function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
