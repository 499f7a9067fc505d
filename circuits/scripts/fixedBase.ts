// SPDX-License-Identifier: GPL-3.0-only
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { writeField } from './field.ts';
import type { Multiplication } from './fixedBaseWorker.ts';

const POINT_SIZE = { g1: 64, g2: 128 };

/** Multiplies a group's generator by many scalars, on every core. Dispose of it when done: it holds threads. */
export class FixedBase implements AsyncDisposable {
  readonly #workers = Array.from(
    { length: availableParallelism() },
    () => new Worker(new URL('fixedBaseWorker.ts', import.meta.url)),
  );

  /** The points in the order of the scalars, affine and in Montgomery form (64 bytes in g1, 128 in g2). */
  async multiply(group: 'g1' | 'g2', scalars: readonly bigint[]): Promise<Uint8Array> {
    const points = new Uint8Array(scalars.length * POINT_SIZE[group]);
    const share = Math.ceil(scalars.length / this.#workers.length);
    await Promise.all(
      this.#workers.map(async (worker, i) => {
        const part = await multiplyIn(worker, { group, scalars: packed(scalars.slice(i * share, (i + 1) * share)) });
        points.set(part, i * share * POINT_SIZE[group]);
      }),
    );
    return points;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function packed(scalars: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(scalars.length * 32);
  scalars.forEach((scalar, i) => {
    writeField(bytes, 32 * i, scalar);
  });
  return bytes;
}

async function multiplyIn(worker: Worker, request: Multiplication): Promise<Uint8Array> {
  if (request.scalars.length === 0) return new Uint8Array();
  const answer = once(worker, 'message'); // rejects if the worker fails
  worker.postMessage(request, [request.scalars.buffer as ArrayBuffer]);
  const [points] = (await answer) as [Uint8Array];
  return points;
}
