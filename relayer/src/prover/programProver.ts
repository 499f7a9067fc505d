import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { confidentialRecordToJson, Fault, isFaultCode } from '@twinspan/protocol';
import type { Logger } from 'pino';
import { z } from 'zod';
import { circuitFor } from './prover.ts';
import type { MadeProof, Prover, ProofRequest } from './prover.ts';
import type { ProgramOptions } from './proverConfig.ts';

const decimal = z.string().regex(/^\d+$/).transform(BigInt);
const readyLine = z.object({ ready: z.literal(true) });
const proofLine = z.object({ id: z.string(), proof: z.array(decimal).length(8), seconds: z.number() });
const errorLine = z.object({ id: z.string().nullish(), error: z.object({ code: z.string(), message: z.string() }) });
const answerLine = z.union([readyLine, proofLine, errorLine]);
type Answer = z.infer<typeof answerLine>;

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ready: Promise<unknown>;
}

/** The prover program as a child process, one proof at a time. It is started when first needed and again when it has died. */
export class ProgramProver implements Prover {
  readonly parallel = 1;
  readonly #options: ProgramOptions;
  readonly #log: Logger;
  #running: Running | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting: ((answer: Answer | Fault) => void) | undefined;
  #count = 0;

  constructor(options: ProgramOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  /** @throws Fault PROVER_FAILED, or the prover's own code */
  prove(policy: bigint, records: readonly ProofRequest[]): Promise<MadeProof> {
    const turn = this.#turn.then(() => this.#prove(policy, records));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Loads the keys ahead of the first proof. */
  async warm(): Promise<void> {
    await this.#start().ready;
  }

  close(): Promise<void> {
    this.#end();
    return Promise.resolve();
  }

  #end(): void {
    this.#running?.child.kill('SIGTERM');
    this.#running = undefined;
  }

  async #prove(policy: bigint, records: readonly ProofRequest[]): Promise<MadeProof> {
    const circuit = circuitFor(records);
    const running = this.#start();
    await running.ready;
    this.#count += 1;
    const id = String(this.#count);
    const input = { policy: policy.toString(), records: records.map(recordInput) };
    const answer = this.#answer();
    running.child.stdin.write(`${JSON.stringify({ id, circuit, input })}\n`);
    const got = await answer;
    if ('proof' in got && got.id === id) return { circuit, proof: got.proof, seconds: got.seconds };
    if ('error' in got) throw this.#refusal(got.error);
    this.#end();
    throw new Fault('PROVER_FAILED', 'the prover answered another request');
  }

  #start(): Running {
    if (this.#running !== undefined) return this.#running;
    const { command, args } = this.#options;
    const child = spawn(command, args, { stdio: 'pipe' });
    const ready = this.#answer();
    const running = { child, ready };
    this.#running = running;
    ready.catch(() => undefined);
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#hear(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#log.debug({ line }, 'prover');
    });
    child.stdin.on('error', () => undefined);
    const gone = (why: string): void => {
      if (this.#running === running) this.#running = undefined;
      this.#waiting?.(new Fault('PROVER_FAILED', why));
    };
    child.on('error', (error) => {
      gone(`the prover does not start: ${error.message}`);
    });
    child.on('exit', (code, signal) => {
      gone(`the prover ended with ${code ?? signal ?? 'no code'}`);
    });
    return running;
  }

  #hear(line: string): void {
    try {
      this.#waiting?.(answerLine.parse(JSON.parse(line)));
    } catch {
      this.#log.debug({ line: line.slice(0, 200) }, 'unexpected answer of the prover');
      this.#waiting?.(new Fault('PROVER_FAILED', 'the prover said something unexpected'));
    }
  }

  /** The prover's words may tell of a record, so they go to the log alone. */
  #refusal({ code, message }: { readonly code: string; readonly message: string }): Fault {
    this.#log.info({ code, message }, 'the prover refuses');
    return new Fault(isFaultCode(code) ? code : 'PROVER_FAILED', "the prover refuses; the node's log has its words");
  }

  #answer(): Promise<Exclude<Answer, Fault>> {
    return new Promise((resolve, reject) => {
      const settle = (answer: Answer | Fault): void => {
        clearTimeout(timer);
        this.#waiting = undefined;
        if (answer instanceof Fault) reject(answer);
        else resolve(answer);
      };
      const timer = setTimeout(() => {
        this.#end();
        settle(new Fault('PROVER_FAILED', `no answer within ${this.#options.timeoutMs} ms`));
      }, this.#options.timeoutMs);
      this.#waiting = settle;
    });
  }
}

function recordInput({ record, commitment, bound }: ProofRequest): object {
  return {
    ...confidentialRecordToJson(record),
    commitment: BigInt(commitment).toString(),
    bound: bound.toString(),
  };
}
