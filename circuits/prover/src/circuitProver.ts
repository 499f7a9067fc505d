// SPDX-License-Identifier: GPL-3.0-only
import { groth16, type Groth16Proof } from 'snarkjs';
import { snarkjsEngine, type Engine } from './engine.ts';
import type { Keys } from './keys.ts';
import { Refusal } from './refusal.ts';
import type { Request } from './request.ts';
import { Witness } from './witness.ts';

/** A proof as the verifier contract takes it: A, B with the imaginary parts first, C; decimal. */
export interface Proof {
  proof: string[];
  publicInputs: string[];
}

/** Proves one circuit's statements. One proof at a time: the caller waits for one before it asks for the next. */
export class CircuitProver {
  readonly #keys: Keys;
  readonly #witness: Witness;
  readonly #engine: Engine;

  private constructor(keys: Keys, witness: Witness, engine: Engine) {
    this.#keys = keys;
    this.#witness = witness;
    this.#engine = engine;
  }

  static async load(keys: Keys, engine = snarkjsEngine(keys.zkey)): Promise<CircuitProver> {
    return new CircuitProver(keys, await Witness.load(keys.wasm, keys.places), engine);
  }

  close(): void {
    this.#engine.close();
  }

  /**
   * A proof for the request's records, verified.
   * @throws {Refusal} TOO_MANY_RECORDS, STATEMENT_FALSE, PROOF_INVALID or NATIVE_FAILED
   */
  async prove(input: Request['input']): Promise<Proof> {
    const { circuit, places, verificationKey } = this.#keys;
    if (input.records.length > places) {
      throw new Refusal('TOO_MANY_RECORDS', `${circuit} takes ${places} records, not ${input.records.length}`);
    }
    const proof = await this.#engine.prove(await this.#witness.calculate(input));
    const publicInputs = publicInputsOf(input, places);
    // A wrong witness or key gives a proof all the same, only one that does not verify.
    if (!(await groth16.verify(verificationKey, publicInputs, proof))) {
      throw new Refusal('PROOF_INVALID', `the proof made for ${circuit} does not verify`);
    }
    return { proof: solidityOrder(proof), publicInputs };
  }
}

/** What was asked for, not what an engine says that it proved. */
function publicInputsOf({ policy, records }: Request['input'], places: number): string[] {
  const unused = Array.from({ length: places - records.length }, () => 0n);
  const commitments = [...records.map(({ commitment }) => commitment), ...unused];
  const bounds = [...records.map(({ bound }) => bound), ...unused];
  return [policy, ...commitments, ...bounds].map(String);
}

function solidityOrder({ pi_a: a, pi_b: b, pi_c: c }: Groth16Proof): string[] {
  const [x = [], y = []] = b;
  return [a[0], a[1], x[1], x[0], y[1], y[0], c[0], c[1]].map((coordinate) => coordinate ?? '0');
}
