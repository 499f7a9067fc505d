/** What a node still waits for before it serves. */
export class Readiness {
  readonly #waiting = new Set(['both chains']);

  done(what: string): void {
    this.#waiting.delete(what);
  }

  waitingFor(): readonly string[] {
    return [...this.#waiting];
  }
}
