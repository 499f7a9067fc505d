// SPDX-License-Identifier: GPL-3.0-only
import { WitnessCalculatorBuilder, type WitnessCalculator } from 'circom_runtime';
import { Refusal } from './refusal.ts';
import type { Place, Request } from './request.ts';

const ASSERTION_FAILED = 4;
const NO_WITNESS = 'these inputs have no witness';

// What the calculator would print is dropped: it could name values of a record.
const RUNTIME = {
  exceptionHandler: (code: number): void => {
    throw new Error(code === ASSERTION_FAILED ? NO_WITNESS : `the witness calculator stopped with code ${code}`);
  },
  printErrorMessage: (): void => undefined,
  writeBufferMessage: (): void => undefined,
  showSharedRWMemory: (): void => undefined,
};

/** Computes a circuit's witnesses with its compiled calculator kept loaded. */
export class Witness {
  readonly #module: WebAssembly.Module;
  readonly #places: number;
  #calculator: WitnessCalculator;

  private constructor(module: WebAssembly.Module, places: number, calculator: WitnessCalculator) {
    this.#module = module;
    this.#places = places;
    this.#calculator = calculator;
  }

  static async load(wasm: Uint8Array<ArrayBuffer>, places: number): Promise<Witness> {
    const module = await WebAssembly.compile(wasm);
    return new Witness(module, places, await instantiate(module));
  }

  /**
   * The witness as the content of a .wtns file.
   * @throws {Refusal} STATEMENT_FALSE when there is none
   */
  async calculate(input: Request['input']): Promise<Uint8Array> {
    try {
      return await this.#calculator.calculateWTNSBin(signalsOf(input, this.#places), true);
    } catch (error) {
      this.#calculator = await instantiate(this.#module); // a stopped calculator is in no defined state
      if (!(error instanceof Error && error.message.includes(NO_WITNESS))) throw error;
      throw new Refusal(
        'STATEMENT_FALSE',
        'a record does not open its commitment, or the policy does not allow its bound',
      );
    }
  }
}

async function instantiate(module: WebAssembly.Module): Promise<WitnessCalculator> {
  return WitnessCalculatorBuilder(await WebAssembly.instantiate(module, { runtime: RUNTIME }));
}

const UNUSED: Place = {
  commitment: 0n,
  bound: 0n,
  rightsId: 0n,
  class: 0n,
  jurisdiction: 0n,
  registeredUnits: 0n,
  appraisedValue: 0n,
  appraisedAt: 0n,
  appraisalValidUntil: 0n,
  rating: 0n,
  encumbered: 0n,
  filingValidUntil: 0n,
  ownerHash: 0n,
  documentsRoot: 0n,
  salt: 0n,
};

/** The circuit's input signals by name; places without a record are unused. */
function signalsOf({ policy, records }: Request['input'], places: number): Record<string, bigint | bigint[]> {
  const filled = Array.from({ length: places }, (_, place) => records[place] ?? UNUSED);
  const names = Object.keys(UNUSED) as (keyof Place)[];
  return { policy, ...Object.fromEntries(names.map((name) => [name, filled.map((place) => place[name])])) };
}
