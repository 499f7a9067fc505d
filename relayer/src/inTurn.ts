/** Runs work one after another, in the order in which it was asked for; what fails holds up nothing behind it. */
export class InTurn {
  /** Never rejects. */
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
