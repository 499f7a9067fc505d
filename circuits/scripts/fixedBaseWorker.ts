// SPDX-License-Identifier: GPL-3.0-only
import { parentPort } from 'node:worker_threads';
import curve from 'wasmcurves/build/bn128_wasm.js';

/** Asks for scalar times generator, for each scalar (32 bytes, little-endian). */
export interface Multiplication {
  group: 'g1' | 'g2';
  scalars: Uint8Array;
}

type Operation = (...pointers: number[]) => void;

const WINDOWS = 32; // of eight bits
const CHUNK = 4096; // scalars at a time

const memory = new WebAssembly.Memory({ initial: 200 });
const { instance } = await WebAssembly.instantiate(Buffer.from(curve.code, 'base64'), { env: { memory } });

function operation(name: string): Operation {
  const found = instance.exports[name];
  if (typeof found !== 'function') throw new Error(`wasmcurves has no ${name}`);
  return found as Operation;
}

/** Reserves memory. The module keeps its first free byte at address 0 and takes its own temporary space from there. */
function allocate(size: number): number {
  const free = new Uint32Array(memory.buffer, 0, 1);
  const start = Math.ceil((free[0] ?? 0) / 8) * 8;
  free[0] = start + size;
  return start;
}

/** Scalar multiplications of one group's generator, by a table of k * 2^(8w) * G for every window w and byte k. */
class FixedBase {
  readonly affineSize: number;
  readonly #name: string;
  readonly #table: number;
  readonly #scratch: number;

  constructor(group: 'g1' | 'g2') {
    this.#name = `${group}m`;
    this.affineSize = group === 'g1' ? 64 : 128;
    this.#table = allocate(WINDOWS * 256 * this.#jacobianSize);
    this.#scratch = allocate(CHUNK * this.#jacobianSize);
    this.#fill(group === 'g1' ? curve.pG1gen : curve.pG2gen);
  }

  get #jacobianSize(): number {
    return (this.affineSize * 3) / 2;
  }

  #fill(generator: number): void {
    const add = operation(`${this.#name}_add`);
    const zero = operation(`${this.#name}_zero`);
    const base = this.#scratch;
    operation(`${this.#name}_copy`)(generator, base);
    for (let window = 0; window < WINDOWS; window++) {
      const row = this.#table + window * 256 * this.#jacobianSize;
      zero(row);
      for (let k = 1; k < 256; k++) add(row + (k - 1) * this.#jacobianSize, base, row + k * this.#jacobianSize);
      add(row + 255 * this.#jacobianSize, base, base);
    }
    operation(`${this.#name}_batchToAffine`)(this.#table, WINDOWS * 256, this.#table);
  }

  /** The points, affine and in Montgomery form, as the zkey format holds them. */
  multiply(scalars: Uint8Array): Uint8Array<ArrayBuffer> {
    const count = scalars.length / 32;
    const points = new Uint8Array(count * this.affineSize);
    for (let first = 0; first < count; first += CHUNK) {
      const chunk = scalars.subarray(first * 32, Math.min(count, first + CHUNK) * 32);
      points.set(this.#multiplyChunk(chunk), first * this.affineSize);
    }
    return points;
  }

  #multiplyChunk(scalars: Uint8Array): Uint8Array {
    const addMixed = operation(`${this.#name}_addMixed`);
    const zero = operation(`${this.#name}_zero`);
    const count = scalars.length / 32;
    for (let i = 0; i < count; i++) {
      const sum = this.#scratch + i * this.#jacobianSize;
      zero(sum);
      for (let window = 0; window < WINDOWS; window++) {
        const byte = scalars[32 * i + window] ?? 0;
        if (byte !== 0) addMixed(sum, this.#table + (window * 256 + byte) * this.affineSize, sum);
      }
    }
    operation(`${this.#name}_batchToAffine`)(this.#scratch, count, this.#scratch);
    return new Uint8Array(memory.buffer, this.#scratch, count * this.affineSize);
  }
}

const g1 = new FixedBase('g1');
const g2 = new FixedBase('g2');

parentPort?.on('message', ({ group, scalars }: Multiplication) => {
  const points = (group === 'g1' ? g1 : g2).multiply(scalars);
  parentPort?.postMessage(points, [points.buffer]);
});
