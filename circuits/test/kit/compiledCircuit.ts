// SPDX-License-Identifier: GPL-3.0-only
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WitnessCalculatorBuilder } from 'circom_runtime';
import { wtns } from 'snarkjs';
import { compiled, withDevelopmentKeys } from '../../scripts/artefacts.ts';
import { DECLARATION } from '../../scripts/declaration.ts';
import { R, writeField } from '../../scripts/field.ts';

/** Input signals by name. */
export type Signals = Record<string, bigint | bigint[]>;

const QUIET = { info: ignore, warn: ignore, error: ignore, debug: ignore };
const RUNTIME = {
  exceptionHandler: (code: number): void => {
    throw new Error(`assertion ${code}`);
  },
  printErrorMessage: ignore,
  writeBufferMessage: ignore,
  showSharedRWMemory: ignore,
};

function ignore(): void {
  // nothing to say in a test
}

/** A compiled circuit or part, with its witness calculator. */
export class CompiledCircuit {
  readonly r1csFile: string;
  readonly #module: WebAssembly.Module;

  private constructor(directory: string, module: WebAssembly.Module) {
    this.r1csFile = join(directory, 'circuit.r1cs');
    this.#module = module;
  }

  /** By its name in circuits.json. */
  static async load(name: string): Promise<CompiledCircuit> {
    const circuit = DECLARATION.circuits.find((declared) => declared.name === name);
    const part = DECLARATION.parts.find((declared) => declared.name === name);
    if (!circuit && !part) throw new Error(`circuits.json declares no ${name}`);
    const directory = circuit ? await withDevelopmentKeys(circuit) : part ? await compiled(part) : '';
    const module = await WebAssembly.compile(new Uint8Array(readFileSync(join(directory, 'circuit.wasm'))));
    return new CompiledCircuit(directory, module);
  }

  /** The witness, or undefined when the inputs have none. */
  async witness(signals: Signals): Promise<bigint[] | undefined> {
    const instance = await WebAssembly.instantiate(this.#module, { runtime: RUNTIME });
    const calculator = await WitnessCalculatorBuilder(instance);
    try {
      return await calculator.calculateWitness(signals, true);
    } catch (error) {
      if (error instanceof Error && error.message.includes('assertion 4')) return undefined;
      throw error; // a signal is missing or unknown: a mistake of the test
    }
  }

  /** The values of the circuit's outputs, which follow the constant 1. Throws when there is no witness. */
  async outputs(signals: Signals, count: number): Promise<bigint[]> {
    const witness = await this.witness(signals);
    if (!witness) throw new Error('these inputs have no witness');
    return witness.slice(1, 1 + count);
  }

  /** Whether snarkjs finds that a witness satisfies every constraint. */
  async isSatisfiedBy(witness: readonly bigint[]): Promise<boolean> {
    return wtns.check(this.r1csFile, { type: 'mem', data: witnessFile(witness) }, QUIET);
  }
}

/** The .wtns format, version 2: header (field, count) and values. */
function witnessFile(witness: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(12 + 12 + 40 + 12 + 32 * witness.length);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from('wtns'));
  const words = [2, 2, 1, 40, 0, 32];
  words.forEach((word, i) => {
    view.setUint32(4 + 4 * i, word, true);
  });
  writeField(bytes, 28, R);
  [witness.length, 2, 32 * witness.length, 0].forEach((word, i) => {
    view.setUint32(60 + 4 * i, word, true);
  });
  witness.forEach((value, i) => {
    writeField(bytes, 76 + 32 * i, value);
  });
  return bytes;
}
