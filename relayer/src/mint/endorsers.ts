interface Options {
  /** The own org. */
  readonly mspId: string;
  readonly members: readonly string[];
  /** Orgs that one round asks. */
  readonly needed: number;
}

interface Failures {
  readonly inARow: number;
  readonly lastMs: number;
}

/** An org that failed is asked last for so long, so that one that hangs does not cost every epoch its deadline. */
const REMEMBERED_MS = 30_000;

/**
 * Whom a round of endorsement asks: the own org first, but those last that failed of late. A round tells only that one
 * of those asked is the trouble, and the next rounds tell which.
 */
export class Endorsers {
  readonly #options: Options;
  readonly #clock: () => number;
  readonly #failures = new Map<string, Failures>();

  constructor(options: Options, clock: () => number) {
    this.#options = options;
    this.#clock = clock;
  }

  next(): readonly string[] {
    const { mspId, members, needed } = this.#options;
    const own = members.filter((member) => member === mspId);
    const others = members.filter((member) => member !== mspId);
    return [...own, ...others].sort((a, b) => this.#failuresOf(a) - this.#failuresOf(b)).slice(0, needed);
  }

  failed(orgs: readonly string[]): void {
    for (const org of orgs) this.#failures.set(org, { inARow: this.#failuresOf(org) + 1, lastMs: this.#clock() });
  }

  succeeded(orgs: readonly string[]): void {
    for (const org of orgs) this.#failures.delete(org);
  }

  #failuresOf(org: string): number {
    const known = this.#failures.get(org);
    return known === undefined || this.#clock() - known.lastMs > REMEMBERED_MS ? 0 : known.inARow;
  }
}
