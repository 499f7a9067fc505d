import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '@twinspan/devnet';
import { startAnvil } from '@twinspan/evm-contracts/anvil';
import { bundleToWire } from '@twinspan/sdk';
import type { Bundle } from '@twinspan/sdk';
import { generatePrivateKey } from 'viem/accounts';
import { MemoryConsortium } from '../fakes/consortium.ts';
import { syntheticLane } from '../fakes/syntheticLane.ts';
import { openBadLine } from './badLine.ts';
import type { Badness } from './badLine.ts';
import { RaceChain } from './raceChain.ts';
import { seeded } from './seeded.ts';
import type { Terms } from './terms.ts';

export interface RaceOptions {
  readonly carriers: number;
  readonly keysPerCarrier: number;
  readonly lanes: number;
  readonly epochs: number;
  /** Between one epoch becoming known and the next, over all lanes. */
  readonly gapMs: number;
  readonly carryDelayMs: number;
  readonly badness: Badness;
  /** One carrier is killed so often, and started again after a third of it. */
  readonly killEveryMs: number;
  readonly timeoutMs: number;
  readonly seed: number;
}

export interface RaceResult {
  /** Transactions that deliver, in blocks, those that reverted included. */
  readonly paid: number;
  readonly reverted: number;
  readonly epochs: number;
  /** Of all epochs the share that was paid for more than once: (paid − epochs) ÷ epochs. */
  readonly doublePaid: number;
  readonly kills: number;
  readonly seconds: number;
}

const BLOCK_SECONDS = 1;
const SEALED_AT = 1_700_000_000n;
const program = fileURLToPath(new URL('carrier.ts', import.meta.url));

/** Carriers with a store and a process each race for the same epochs over bad lines, and are killed in between. */
export async function race(options: RaceOptions): Promise<RaceResult> {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-race-'));
  const random = seeded(options.seed);
  await using ends = new AsyncDisposableStack();
  ends.defer(() => rm(directory, { recursive: true, force: true }));
  const anvil = ends.use(await startAnvil({ blockSeconds: BLOCK_SECONDS }));
  const consortium = new MemoryConsortium();
  const chain = await RaceChain.deploy(anvil.rpcUrl, consortium.consortium, join(directory, 'address-book.json'));
  const bundles = bundlesFor(options, consortium, chain);
  const bundlesFile = join(directory, 'bundles');
  writeFileSync(bundlesFile, bundles.map((bundle) => `${bundleToWire(bundle)}\n`).join(''));

  const runners: Runner[] = [];
  const nodes = Array.from({ length: options.carriers }, (_, place) => `carrier-${place + 1}`);
  const startAtMs = Date.now() + 3_000;
  for (const node of nodes) {
    const line = ends.use(await openBadLine(anvil.rpcUrl, options.badness, random));
    const keys = Array.from({ length: options.keysPerCarrier }, () => generatePrivateKey());
    for (const key of keys) await chain.fund(key);
    const own = { node, keys, rpcUrl: line.url, directory: join(directory, `${node}.db`) };
    const times = { startAtMs, gapMs: options.gapMs, lagMs: options.gapMs, carryDelayMs: options.carryDelayMs };
    const files = { addressBookFile: chain.addressBookFile, bundlesFile };
    const runner = new Runner({ carriers: nodes, ...own, ...times, ...files }, join(directory, `${node}.json`));
    ends.defer(() => runner.kill());
    runners.push(runner);
  }
  return await run(options, { runners, chain, random, bundles });
}

interface Race {
  readonly runners: readonly Runner[];
  readonly chain: RaceChain;
  readonly random: () => number;
  readonly bundles: readonly Bundle[];
}

async function run(options: RaceOptions, { runners, chain, random, bundles }: Race): Promise<RaceResult> {
  const startedMs = performance.now();
  const control = new AbortController();
  for (const runner of runners) runner.start();
  const killing = killNowAndThen(options.killEveryMs, runners, random, control.signal);
  const lanes = Map.groupBy(bundles, ({ laneId }) => laneId);
  try {
    const isDone = async (): Promise<true | undefined> => {
      for (const [laneId, own] of lanes) if ((await chain.delivered(laneId)) < BigInt(own.length)) return undefined;
      return true;
    };
    await until('every epoch to be delivered', isDone, { timeoutMs: options.timeoutMs });
  } finally {
    control.abort();
    await killing;
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  // Whatever else is in the pool is paid for as well.
  await until('the pool to be empty', async () => ((await chain.waiting()) === 0 ? true : undefined));
  const epochs = bundles.length;
  const { paid, reverted } = await chain.count();
  const kills = runners.reduce((sum, runner) => sum + runner.kills, 0);
  return { paid, reverted, epochs, doublePaid: (paid - epochs) / epochs, kills, seconds };
}

/** Epochs of all lanes in turn. */
function bundlesFor({ lanes, epochs }: RaceOptions, consortium: MemoryConsortium, chain: RaceChain): Bundle[] {
  const { tradingChainId, bridge } = chain;
  const perLane = Math.ceil(epochs / lanes);
  const all = Array.from({ length: lanes }, (_, place) =>
    syntheticLane(consortium, { laneId: BigInt(place + 1), tradingChainId, bridge, sealedAt: SEALED_AT }, perLane),
  );
  return Array.from({ length: perLane }, (_, epoch) => all.flatMap((lane) => lane[epoch] ?? [])).flat();
}

async function killNowAndThen(
  everyMs: number,
  runners: readonly Runner[],
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    await quietDelay(everyMs, signal);
    const runner = runners[Math.floor(random() * runners.length)];
    if (runner === undefined || isOver()) return;
    await runner.kill();
    runner.kills += 1;
    await quietDelay(everyMs / 3, signal);
    if (!isOver()) runner.start();
  }
}

async function quietDelay(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

/** One carrier's process, started as often as it is killed. */
class Runner {
  kills = 0;
  readonly #file: string;
  #child: ChildProcess | undefined;

  constructor(terms: Terms, file: string) {
    this.#file = file;
    writeFileSync(file, JSON.stringify(terms));
  }

  start(): void {
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, this.#file], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    // One that was killed has no exit code, and ends no second time.
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
