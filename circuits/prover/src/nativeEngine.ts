// SPDX-License-Identifier: GPL-3.0-only
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Groth16Proof } from 'snarkjs';
import { z } from 'zod';
import type { Engine } from './engine.ts';
import { Refusal } from './refusal.ts';

const coordinate = z.string().regex(/^\d{1,78}$/);
const triple = z.tuple([coordinate, coordinate, coordinate]);
const pair = z.tuple([coordinate, coordinate]);
const Answer = z.union([
  z.strictObject({ ready: z.literal(true) }),
  z.strictObject({
    proof: z.object({ pi_a: triple, pi_b: z.tuple([pair, pair, pair]), pi_c: triple }),
  }),
  z.strictObject({ error: z.string() }),
]);
type Answer = z.infer<typeof Answer>;

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** circuits/native-prover as a child process, started again for the next proof when it has died. */
export class NativeEngine implements Engine {
  readonly #program: string;
  readonly #zkeyFile: string;
  #child: Child | undefined;
  #waiting: ((answer: Answer | Refusal) => void) | undefined;

  private constructor(program: string, zkeyFile: string) {
    this.#program = program;
    this.#zkeyFile = zkeyFile;
  }

  /** @throws {Refusal} NATIVE_FAILED when this machine cannot run it, or the key is none */
  static async start(program: string, zkeyFile: string): Promise<NativeEngine> {
    const engine = new NativeEngine(program, zkeyFile);
    await engine.#running();
    return engine;
  }

  /** @throws {Refusal} NATIVE_FAILED */
  async prove(witness: Uint8Array): Promise<Groth16Proof> {
    const child = await this.#running();
    const size = Buffer.alloc(4);
    size.writeUInt32LE(witness.byteLength);
    const answer = this.#answer();
    child.stdin.write(size);
    child.stdin.write(witness);
    const got = await answer;
    if ('proof' in got) return { ...got.proof, protocol: 'groth16', curve: 'bn128' };
    throw new Refusal('NATIVE_FAILED', 'the native prover made no proof');
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  async #running(): Promise<Child> {
    if (this.#child !== undefined) return this.#child;
    const child = spawn(this.#program, [this.#zkeyFile], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child = child;
    const ready = this.#answer();
    createInterface({ input: child.stdout }).on('line', (line) => this.#waiting?.(parse(line)));
    child.stdin.on('error', () => undefined);
    const gone = (): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#waiting?.(new Refusal('NATIVE_FAILED', 'the native prover does not run'));
    };
    child.on('error', gone).on('exit', gone);
    await ready;
    return child;
  }

  #answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = (answer) => {
        this.#waiting = undefined;
        if (answer instanceof Refusal) reject(answer);
        else resolve(answer);
      };
    });
  }
}

function parse(line: string): Answer | Refusal {
  try {
    return Answer.parse(JSON.parse(line));
  } catch {
    return new Refusal('NATIVE_FAILED', 'the native prover said something unexpected');
  }
}
