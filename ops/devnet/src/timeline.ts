import type { Say } from './binaries.ts';

/** How long the parts of a bring-up took; parts may overlap. */
export class Timeline {
  readonly #say: Say;
  readonly #began = Date.now();
  readonly #parts: { readonly name: string; readonly seconds: number }[] = [];

  constructor(say: Say) {
    this.#say = say;
  }

  /** Measures a part and says its seconds when it is done. */
  async measure<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const began = Date.now();
    const result = await work();
    const seconds = (Date.now() - began) / 1000;
    this.#parts.push({ name, seconds });
    this.#say(`${name}: ${seconds.toFixed(1)} s`);
    return result;
  }

  /** Seconds of each part, in the order in which they ended, and in all. */
  get seconds(): Readonly<Record<string, number>> {
    const parts = this.#parts.map(({ name, seconds }) => [name, seconds] as const);
    return Object.fromEntries([...parts, ['in all', (Date.now() - this.#began) / 1000]]);
  }
}
