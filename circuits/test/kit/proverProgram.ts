// SPDX-License-Identifier: GPL-3.0-only
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ROOT } from '../../scripts/declaration.ts';

const Answer = z.union([
  z.strictObject({ ready: z.literal(true), circuits: z.array(z.string()) }),
  z.strictObject({
    id: z.string(),
    proof: z.array(z.string()).length(8),
    publicInputs: z.array(z.string()),
    seconds: z.number().positive(),
  }),
  z.strictObject({ id: z.string().nullable(), error: z.strictObject({ code: z.string(), message: z.string() }) }),
]);

/** One line of the prover's standard output. */
export type Answer = z.infer<typeof Answer>;

/** The prover as a process, spoken to by lines. Dispose of it, or end its input and wait for its exit. */
export class ProverProgram implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #exited: Promise<unknown>;
  /** Everything that it printed so far, logs included. */
  printed = '';

  constructor(keys: string, ...options: string[]) {
    const program = join(ROOT, 'circuits', 'prover', 'src', 'main.ts');
    this.#child = spawn(process.execPath, [program, '--keys', keys, ...options]);
    this.#exited = once(this.#child, 'exit');
    const keep = (chunk: Buffer): void => {
      this.printed += chunk.toString();
    };
    this.#child.stdout.on('data', keep);
    this.#child.stderr.on('data', keep);
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Sends a line: JSON of an object, or text as it is. */
  send(line: object | string): void {
    this.#child.stdin.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  }

  /** The next line it answers. Throws when it ends without one. */
  async answer(): Promise<Answer> {
    const next = await this.#answers.next();
    if (next.done === true) throw new Error(`the prover ended: ${this.printed}`);
    return Answer.parse(JSON.parse(next.value));
  }

  /** The next answer's error code, or undefined if it is none. */
  async refusal(): Promise<string | undefined> {
    const answer = await this.answer();
    return 'error' in answer ? answer.error.code : undefined;
  }

  /** Ends its input and waits for its end. Returns the exit code. */
  async end(): Promise<number | null> {
    this.#child.stdin.end();
    await this.#exited;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#exited;
  }
}
