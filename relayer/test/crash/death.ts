import { Fault } from '@twinspan/protocol';
import type { CommitPoint } from '../../src/db/commitPoints.ts';
import type { Tables } from '../../src/db/tables.ts';

/** Where a node is killed: at the `hit`-th batch of this name, before it is written or after. */
export interface Death {
  readonly point: CommitPoint;
  readonly when: 'before' | 'after';
  /** From 1. */
  readonly hit: number;
}

const KILLED = 'killed';

/** One run of one node: counts its writes, and ends it at the chosen one. A dead node writes nothing and asks nothing. */
export class Life {
  readonly #death: Death | undefined;
  readonly #seen: (point: CommitPoint) => number;
  readonly #die: () => void;
  #isOver = false;

  /**
   * @param seen counts a batch of this name and says the how-manieth it is
   * @param die what more is done at the end, when the node is more than what is in this process
   */
  constructor(death: Death | undefined, seen: (point: CommitPoint) => number, die: () => void = () => undefined) {
    this.#death = death;
    this.#seen = seen;
    this.#die = die;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The tables of a node that dies in one of its writes. */
  within(tables: Tables): Tables {
    return {
      ...tables,
      writes: (point) => {
        const writes = tables.writes(point);
        const commit = writes.commit.bind(writes);
        writes.commit = async () => {
          this.breathe();
          const isLast = this.#isDeath(point);
          if (isLast && this.#death?.when === 'before') this.#end();
          await commit();
          if (isLast) this.#end();
        };
        return writes;
      },
    };
  }

  /** @throws Fault when this life is over */
  breathe(): void {
    if (this.#isOver) throw new Fault('INTERNAL', KILLED);
  }

  #isDeath(point: CommitPoint): boolean {
    const hit = this.#seen(point);
    return point === this.#death?.point && hit === this.#death.hit;
  }

  #end(): void {
    this.#isOver = true;
    this.#die();
    this.breathe();
  }
}

export function isKilled(error: unknown): boolean {
  return error instanceof Fault && error.sentence === KILLED;
}
