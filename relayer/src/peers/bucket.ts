export interface Limit {
  readonly perSecond: number;
  /** What may be taken at once after a rest. */
  readonly burst: number;
}

/** Lets `perSecond` through on average. More can be taken; it is owed and has to be waited for. */
export class Bucket {
  readonly #limit: Limit;
  readonly #clock: () => number;
  #left: number;
  #filledAtMs: number;

  constructor(limit: Limit, clock: () => number) {
    this.#limit = limit;
    this.#clock = clock;
    this.#left = limit.burst;
    this.#filledAtMs = clock();
  }

  /** Milliseconds until nothing is owed any more; 0 within the limit. */
  take(count: number): number {
    this.#fill();
    this.#left -= count;
    return this.owedMs();
  }

  owedMs(): number {
    this.#fill();
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / this.#limit.perSecond) * 1_000);
  }

  #fill(): void {
    const nowMs = this.#clock();
    const gained = ((nowMs - this.#filledAtMs) / 1_000) * this.#limit.perSecond;
    this.#left = Math.min(this.#limit.burst, this.#left + gained);
    this.#filledAtMs = nowMs;
  }
}
