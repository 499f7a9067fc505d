import type { Tables } from '../../db/tables.ts';
import { laneKey } from '../../db/keys.ts';
import type { Lanes, LaneStanding } from '../../lanes.ts';
import type { Stage } from '../../stage.ts';
import type { Wake } from '../../wake.ts';
import type { Fetcher } from './fetcher.ts';
import { Hearsay } from './hearsay.ts';

/** How long a lane may stand still before others are asked for what it lacks. */
const PATIENCE_MS = 1_500;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Between two questions: half of what the others allow. */
const PACE_MS = 250;

interface Options {
  readonly idleMs: number;
  /** Without a gateway nothing but peers tells of an epoch whose bundle was missed: they are asked now and then. */
  readonly learnsLanes: boolean;
}

interface Modules {
  readonly fetcher: Pick<Fetcher, 'fetchBundles' | 'fetchAttestations' | 'fetchProofs' | 'fetchLanes'>;
  readonly tables: Pick<Tables, 'queues'>;
  readonly lanes: Lanes;
  /** Rung when a peer connects. */
  readonly wake: Wake;
  /** Counts connections made. */
  readonly connections: () => number;
  readonly clock: () => number;
}

interface Want {
  readonly key: string;
  fetch(): Promise<number>;
}

/**
 * Asks peers for what is missing here: after a connection for the lanes and proofs that they know, for bundles where a lane stands
 * still, for attestations where a release lacks its quorum. What nobody has is asked for ever more rarely.
 */
export function catchUpStage({ idleMs, learnsLanes }: Options, modules: Modules): Stage<Want> {
  const patience = new Patience(modules.clock);
  const heard = new Hearsay(modules.lanes);
  let met = 0;
  let nextMs = 0;
  return {
    name: 'catch-up',
    wake: modules.wake,
    idleMs,
    next: () => {
      const connections = modules.connections();
      if (connections === 0 || modules.clock() < nextMs) return Promise.resolve(undefined);
      if (connections > met) {
        met = connections;
        return Promise.resolve(greeting(modules, heard));
      }
      const lacking = [...bundleWants(modules, heard), ...attestationWants(modules)];
      const learning = learnsLanes ? [...unknownWants(modules, heard), lanesWant(modules, heard)] : [];
      const wants = [...lacking, ...learning];
      return Promise.resolve(patience.choose(wants));
    },
    run: async (want) => {
      nextMs = modules.clock() + PACE_MS;
      patience.answered(want.key, await want.fetch());
    },
    dueInMs: () => Math.max(1, nextMs - modules.clock()),
    postpone: () => Promise.resolve(),
    park: () => Promise.resolve(),
    transferId: ({ key }) => key,
  };
}

/** To whoever has just come: which lanes are there, and which proofs wait? */
function greeting({ fetcher }: Modules, heard: Hearsay): Want {
  return {
    key: 'greeting',
    fetch: async () => {
      heard.replace(await fetcher.fetchLanes());
      return fetcher.fetchProofs();
    },
  };
}

function lanesWant({ fetcher }: Modules, heard: Hearsay): Want {
  return {
    key: 'lanes',
    fetch: async () => {
      heard.replace(await fetcher.fetchLanes());
      return heard.news();
    },
  };
}

function bundleWants({ fetcher, tables, lanes, clock }: Modules, heard: Hearsay): Want[] {
  const highest = heard.highest();
  return lanes.all().flatMap((lane) => {
    if (clock() - lane.progressedAtMs < PATIENCE_MS) return [];
    const from = firstMissing(lane, highest.get(lane.laneId) ?? 0n, tables.queues);
    return from === undefined ? [] : [bundleWant(lane.laneId, from, fetcher)];
  });
}

/** The last epoch of a lane that is not known here is reason enough to learn the lane. */
function unknownWants({ fetcher }: Modules, heard: Hearsay): Want[] {
  return heard.unknown().map(({ laneId, epoch }) => bundleWant(laneId, epoch, fetcher));
}

function bundleWant(laneId: bigint, from: bigint, fetcher: Modules['fetcher']): Want {
  return { key: `${laneId}/${from}`, fetch: () => fetcher.fetchBundles(laneId, from) };
}

/** The first undelivered epoch whose bundle is not here; undefined when none is known to exist. */
function firstMissing(
  { laneId, sealed, delivered }: LaneStanding,
  hearsay: bigint,
  { deliver, confirmMint }: Tables['queues'],
): bigint | undefined {
  const last = hearsay > sealed ? hearsay : sealed;
  for (let epoch = delivered + 1n; epoch <= last; epoch++) {
    const key = laneKey(laneId, epoch);
    if (deliver.get(key) === undefined && confirmMint.get(key) === undefined) return epoch;
  }
  return undefined;
}

function attestationWants({ fetcher, tables }: Modules): Want[] {
  const blocks = new Set([...tables.queues.release.all()].filter(lacksQuorum).map(({ body }) => body.blockNumber));
  return [...blocks].map((block) => ({
    key: `attestations/${block}`,
    fetch: () => fetcher.fetchAttestations(block, block),
  }));
}

/** It was tried and is tried again: as a rule because too few have signed. */
function lacksQuorum({ attempts, parked }: { readonly attempts: number; readonly parked?: unknown }): boolean {
  return attempts > 0 && parked === undefined;
}

/** When each question may be asked again: first of all those that wait longest, so that none stands in the way of another. */
class Patience {
  readonly #clock: () => number;
  readonly #waits = new Map<string, { readonly untilMs: number; readonly waitMs: number }>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  choose(wants: readonly Want[]): Want | undefined {
    const keys = new Set(wants.map(({ key }) => key));
    for (const key of this.#waits.keys()) if (!keys.has(key)) this.#waits.delete(key);
    const nowMs = this.#clock();
    for (const key of keys)
      if (!this.#waits.has(key)) this.#waits.set(key, { untilMs: nowMs, waitMs: FIRST_WAIT_MS / 2 });
    const [longest] = wants.toSorted((a, b) => this.#untilMs(a) - this.#untilMs(b));
    return longest !== undefined && this.#untilMs(longest) <= nowMs ? longest : undefined;
  }

  #untilMs({ key }: Want): number {
    return this.#waits.get(key)?.untilMs ?? 0;
  }

  answered(key: string, news: number): void {
    const before = this.#waits.get(key)?.waitMs ?? FIRST_WAIT_MS / 2;
    const waitMs = news > 0 ? FIRST_WAIT_MS : Math.min(2 * before, LONGEST_WAIT_MS);
    this.#waits.set(key, { untilMs: this.#clock() + waitMs, waitMs });
  }
}
