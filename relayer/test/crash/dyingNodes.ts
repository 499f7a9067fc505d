import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BridgeNode } from '@twinspan/devnet';
import type { CommitPoint } from '../../src/db/commitPoints.ts';
import type { Rig } from '../integration/rig.ts';
import type { Death } from './death.ts';
import { DeathFiles } from './deathFiles.ts';
import { Orders } from './orders.ts';
import { troubleFor } from './places.ts';
import type { Place } from './places.ts';

/** What a bridge's nodes run for {@link DyingNodes}. */
export const DYING_ENTRY = join(import.meta.dirname, 'dyingNode.ts');

/** A node that has not come to its place by then goes on without its trouble: others may be waiting for it. */
const PATIENCE_MS = 20_000;
/** Visits of a node, in all its lives. */
const FREQUENT = 20;

/** The nodes of a running bridge, each a process that kills itself at one write after the other. */
export class DyingNodes {
  readonly #nodes: readonly DyingNode[];
  readonly #random: () => number;
  /** Places where no node has died yet, and how often one was to. One that was missed is tried by all who may come. */
  readonly #open: Map<Place, number>;
  /** Places at which, for the first time, one node is about to die. */
  readonly #firstTried = new Set<Place>();

  /** @param places where to die, each once, on a node that was seen there or may come there */
  constructor({ bridge, laneId }: Pick<Rig, 'bridge' | 'laneId'>, places: readonly Place[], random: () => number) {
    const directory = join(dirname(bridge.file), 'nodes');
    this.#nodes = bridge.nodes.map((node) => {
      const files = new DeathFiles(join(directory, `${node.node}.json`));
      return { ...node, files, orders: new Orders(join(directory, `${node.node}.sock`), laneId) };
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
   * Every node dies as often as it can while `work` goes on, wherever it was seen or may come and no node has died, and is
   * started again; at the end all are up.
   * @param told of each death at once
   * @returns the deaths, each known to be by SIGKILL at its write
   */
  async during(work: () => Promise<void>, told: (death: string) => void = () => undefined): Promise<string[]> {
    const done = new AbortController();
    const deaths: string[] = [];
    const died = (death: string): void => {
      deaths.push(death);
      told(death);
    };
    const dying = Promise.all(this.#nodes.map((node) => this.#dieOften(node, died, done.signal)));
    const working = work().finally(() => {
      done.abort();
    });
    await Promise.allSettled([working, dying]);
    await Promise.all([working, dying]);
    return deaths;
  }

  async #dieOften(node: DyingNode, died: (death: string) => void, signal: AbortSignal): Promise<void> {
    const { files, child, orders } = node;
    const tried = new Set<Place>();
    for (;;) {
      const place = signal.aborted ? undefined : this.#take(node, tried);
      if (place === undefined) break;
      tried.add(place);
      const tries = this.#open.get(place) ?? 0;
      const death = { ...place, hit: tries > 0 ? 1 : this.#hitOf(place, files) };
      // What was missed may come when all that the round began has been seen to.
      const hasDied = await dies(node, death, tries > 0 ? undefined : signal);
      this.#firstTried.delete(place);
      if (hasDied) {
        this.#open.delete(place);
        died(`${node.node} ${place.when} ${place.point}, hit ${death.hit}`);
      } else if (this.#open.has(place)) this.#open.set(place, tries + 1);
    }
    files.due = undefined;
    await child.restart();
    await orders.takeBack();
  }

  /** One of the places where the node was seen or may come, of those that were tried least. */
  #take({ files }: DyingNode, tried: ReadonlySet<Place>): Place | undefined {
    const seen = new Set(files.visits());
    const isFree = (place: Place): boolean => !tried.has(place) && !this.#firstTried.has(place);
    const could = [...this.#open].filter(([place, tries]) => isFree(place) && mayCome(place.point, seen, tries));
    const least = Math.min(...could.map(([, tries]) => tries));
    const best = could.filter(([, tries]) => tries === least);
    const [place] = best[Math.floor(this.#random() * best.length)] ?? [];
    if (place !== undefined && least === 0) this.#firstTried.add(place);
    return place;
  }

  /** Batches that come often may be passed once, at the first try. */
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
  readonly orders: Orders;
}

/**
 * What a node does that may come to a place to which trouble, or an order, leads. Where the turn went to another node than
 * the one that was seen there, it may be anybody's next.
 */
function mayCome(point: CommitPoint, seen: ReadonlySet<CommitPoint>, tries: number): boolean {
  const [stage = ''] = point.split('/');
  if (stage === 'admin') return seen.has('start/lanes');
  if (troubleFor(point) === undefined) return tries > 0 || seen.has(point);
  // Nothing is written when a seal succeeds; whoever seals has the epoch endorsed.
  const work = stage === 'mint-seal' ? 'mint-endorse' : stage;
  return [...seen].some((one) => one.startsWith(`${work}/`));
}

/** Runs a node until it has died. @returns false when it did not come to that */
async function dies({ child, files, node, orders }: DyingNode, death: Death, signal?: AbortSignal): Promise<boolean> {
  await child.stop();
  files.due = death;
  child.start();
  const givesUpMs = performance.now() + PATIENCE_MS;
  while (child.pid !== undefined) {
    if (signal?.aborted === true || performance.now() > givesUpMs) return false;
    await orders.give(death.point);
    await delay(50);
  }
  assert.equal(child.endedBy, 'SIGKILL', `${node} was to die ${death.when} ${death.point}`);
  assert.deepEqual(files.died, death, `${node} died elsewhere`);
  return true;
}
