// SPDX-License-Identifier: GPL-3.0-only
import type { CircuitProver, Proof } from './circuitProver.ts';
import { Refusal } from './refusal.ts';
import type { Request } from './request.ts';

/** A proof with the seconds it took, waiting left out. */
export interface TimedProof extends Proof {
  seconds: number;
}

/** Answers requests one at a time in the order they came, and refuses them while too many wait. */
export class ProofQueue {
  readonly #provers: ReadonlyMap<string, CircuitProver>;
  readonly #capacity: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(provers: ReadonlyMap<string, CircuitProver>, capacity: number) {
    this.#provers = provers;
    this.#capacity = capacity;
  }

  /** @throws {Refusal} QUEUE_FULL, CIRCUIT_UNKNOWN or what the prover throws */
  async prove(request: Request): Promise<TimedProof> {
    const prover = this.#provers.get(request.circuit);
    if (!prover) throw new Refusal('CIRCUIT_UNKNOWN', 'no keys are loaded for that circuit');
    if (this.#waiting >= this.#capacity) throw new Refusal('QUEUE_FULL', `${this.#waiting} requests wait already`);
    this.#waiting += 1;
    const turn = this.#last.then(() => timed(prover, request));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Resolves when everything asked for so far is answered. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

async function timed(prover: CircuitProver, request: Request): Promise<TimedProof> {
  const started = performance.now();
  const proof = await prover.prove(request.input);
  return { ...proof, seconds: Math.round(performance.now() - started) / 1000 };
}
