import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { until } from '@twinspan/devnet';
import type { BridgeNode, RunningBridge } from '@twinspan/devnet';
import type { Death } from './death.ts';
import { DeathFiles } from './deathFiles.ts';
import type { Place } from './places.ts';

/** What a bridge's nodes run for {@link DyingNodes}. */
export const DYING_ENTRY = join(import.meta.dirname, 'dyingNode.ts');

const DYING_MS = 300_000;
/** Visits of a node, in all its lives. */
const FREQUENT = 20;

/** The nodes of a running bridge, each a process that kills itself at one write after the other. */
export class DyingNodes {
  readonly #nodes: readonly DyingNode[];
  readonly #random: () => number;
  /** Places where no node has died yet, nor is about to, and how often one was to. */
  readonly #open: Map<Place, number>;

  /** @param places where to die, each once, on a node that was seen there */
  constructor(bridge: RunningBridge, places: readonly Place[], random: () => number) {
    const directory = join(dirname(bridge.file), 'nodes');
    this.#nodes = bridge.nodes.map((node) => {
      return { ...node, files: new DeathFiles(join(directory, `${node.node}.json`)) };
    });
    this.#open = new Map(places.map((place) => [place, 0]));
    this.#random = random;
  }

  /** Where no node has died, most often tried first. */
  left(): PlaceLeft[] {
    const seen = new Set(this.#nodes.flatMap(({ files }) => files.visits()));
    return [...this.#open]
      .map(([place, tries]) => ({ ...place, wasSeen: seen.has(place.point), tries }))
      .sort((one, other) => other.tries - one.tries);
  }

  /**
   * Every node dies as often as it can while `work` goes on, wherever it was seen and no node has died, and is started
   * again; at the end all are up.
   * @returns the deaths, each known to be by SIGKILL at its write
   */
  async during(work: () => Promise<void>): Promise<string[]> {
    const done = new AbortController();
    const deaths: string[] = [];
    const dying = Promise.all(this.#nodes.map((node) => this.#dieOften(node, deaths, done.signal)));
    const working = work().finally(() => {
      done.abort();
    });
    await Promise.allSettled([working, dying]);
    await Promise.all([working, dying]);
    return deaths;
  }

  async #dieOften(node: DyingNode, deaths: string[], signal: AbortSignal): Promise<void> {
    const { files, child } = node;
    const tried = new Map<Place, number>();
    for (;;) {
      const [place, tries] = signal.aborted ? [] : this.#take(node);
      if (place === undefined || tries === undefined) break;
      const death = { ...place, hit: this.#hitOf(place, files) };
      if (await dies(node, death, signal)) deaths.push(`${node.node} ${place.when} ${place.point}, hit ${death.hit}`);
      else tried.set(place, tries + 1);
    }
    for (const [place, tries] of tried) this.#open.set(place, tries);
    files.due = undefined;
    await child.restart();
  }

  /** One of the places where the node was seen, of those that were tried least. */
  #take({ files }: DyingNode): [Place, number] | [] {
    const seen = new Set(files.visits());
    const could = [...this.#open].filter(([{ point }]) => seen.has(point));
    const least = Math.min(...could.map(([, tries]) => tries));
    const best = could.filter(([, tries]) => tries === least);
    const taken = best[Math.floor(this.#random() * best.length)] ?? [];
    if (taken[0] !== undefined) this.#open.delete(taken[0]);
    return taken;
  }

  /** Batches that come often may be passed once. */
  #hitOf({ point }: Place, files: DeathFiles): number {
    const isFrequent = files.visits().filter((visit) => visit === point).length >= FREQUENT;
    return isFrequent ? 1 + Math.floor(this.#random() * 2) : 1;
  }
}

interface PlaceLeft extends Place {
  /** Whether any node was ever seen there. */
  readonly wasSeen: boolean;
  /** How often a node was to die there in vain. */
  readonly tries: number;
}

interface DyingNode extends BridgeNode {
  readonly files: DeathFiles;
}

/** Runs a node until it has died. @returns false when the signal came first */
async function dies({ child, files, node }: DyingNode, death: Death, signal: AbortSignal): Promise<boolean> {
  await child.stop();
  files.due = death;
  child.start();
  const isOver = (): Promise<true | undefined> =>
    Promise.resolve(child.pid === undefined || signal.aborted ? true : undefined);
  await until(`${node} to die ${death.when} ${death.point}`, isOver, { timeoutMs: DYING_MS });
  if (child.pid !== undefined) return false;
  assert.equal(child.endedBy, 'SIGKILL', `${node} was to die ${death.when} ${death.point}`);
  assert.deepEqual(files.died, death, `${node} died elsewhere`);
  return true;
}
