import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { REPOSITORY } from '../plan.ts';
import { poll } from '../running/poll.ts';
import type { BrokerPart, NatsServer } from './natsServer.ts';

const CIRCUITS = join(REPOSITORY, '.cache/circuits');
const NATIVE = join(CIRCUITS, 'native-prover/native-prover');
const START_MS = 60_000;

export type ProofEngine = 'native' | 'snarkjs';

/** How circuits/prover is started, with the development keys. */
export function proverProgram(engine: ProofEngine = 'native'): { readonly command: string; readonly args: string[] } {
  const args = [join(REPOSITORY, 'circuits/prover/src/main.ts'), '--keys', CIRCUITS, '--development'];
  return { command: process.execPath, args: engine === 'native' ? [...args, '--native', NATIVE] : args };
}

export interface WorkerOptions {
  readonly engine?: ProofEngine;
  /** Put before the command, for instance `taskset -c 0`. */
  readonly prefix?: readonly string[];
  readonly broker?: BrokerPart;
}

/** A proof worker as a process of its own. */
export class ProofWorker implements AsyncDisposable {
  readonly name: string;
  /** What it logged so far, parsed. */
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  readonly #child: ChildProcessByStdio<null, Readable, null>;

  private constructor(name: string, [command = '', ...args]: readonly string[]) {
    this.name = name;
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Record<string, unknown>);
    });
  }

  /** Resolves once it pulls jobs, its keys loaded. */
  static async start(name: string, server: NatsServer, options: WorkerOptions = {}): Promise<ProofWorker> {
    const { engine = 'native', prefix = [], broker = server.brokerPart('worker') } = options;
    const configFile = server.file(`${name}.json`);
    writeFileSync(configFile, JSON.stringify({ worker: name, prover: proverProgram(engine), queue: broker }));
    const main = join(REPOSITORY, 'relayer/src/prover/worker/main.ts');
    const worker = new ProofWorker(name, [...prefix, process.execPath, main, '--config', configFile]);
    await worker.said('pulling jobs', START_MS);
    return worker;
  }

  /** The first line with this message, waited for. */
  said(msg: string, timeoutMs = START_MS): Promise<Readonly<Record<string, unknown>>> {
    const find = (): Readonly<Record<string, unknown>> | undefined => this.lines.find((line) => line.msg === msg);
    return poll(find, { what: `${this.name} to say «${msg}»`, timeoutMs, everyMs: 5 });
  }

  /** Sends the signal and waits for the end. @returns the exit code; null when the signal ended it */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(signal);
      await once(this.#child, 'exit');
    }
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}
