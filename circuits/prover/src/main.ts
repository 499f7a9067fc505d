// SPDX-License-Identifier: GPL-3.0-only
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { curves } from 'snarkjs';
import { CircuitProver } from './circuitProver.ts';
import { snarkjsEngine, type Engine } from './engine.ts';
import { PLACES, loadKeys, type Keys } from './keys.ts';
import { linesOf, type Line } from './lines.ts';
import { NativeEngine } from './nativeEngine.ts';
import { ProofQueue } from './proofQueue.ts';
import { Refusal } from './refusal.ts';
import { MAX_LINE_BYTES, parseRequest } from './request.ts';

// node circuits/prover/src/main.ts --keys <directory> [--circuits AssetState1,AssetState16] [--development] [--queue 64]
//   [--native <program>]: make proofs with circuits/native-prover; with snarkjs where it does not run
//
// Requests come as JSON lines on standard input, answers go as JSON lines to standard output, log lines to standard error.

const QUEUE_CAPACITY = 64;

interface Options {
  keys: string;
  circuits: string[];
  development: boolean;
  queue: number;
  native?: string | undefined;
}

/** @throws {Refusal} OPTIONS_BAD */
function parseOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        keys: { type: 'string' },
        circuits: { type: 'string', default: Object.keys(PLACES).join(',') },
        development: { type: 'boolean', default: false },
        queue: { type: 'string', default: String(QUEUE_CAPACITY) },
        native: { type: 'string' },
      },
    });
    if (values.keys === undefined) throw new Error('--keys <directory> is missing');
    if (!/^[1-9][0-9]{0,4}$/.test(values.queue)) throw new Error('--queue takes a number from 1 to 99999');
    return { ...values, keys: values.keys, circuits: values.circuits.split(','), queue: Number(values.queue) };
  } catch (error) {
    throw new Refusal('OPTIONS_BAD', error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<void> {
  const { keys: directory, circuits, development, queue: capacity, native } = parseOptions();
  const provers = new Map<string, CircuitProver>();
  for (const circuit of circuits) {
    const keys = await loadKeys(directory, circuit, development);
    provers.set(circuit, await CircuitProver.load(keys, await engineFor(keys, native)));
  }
  const queue = new ProofQueue(provers, capacity);
  write({ ready: true, circuits });
  for await (const line of linesOf(process.stdin, MAX_LINE_BYTES)) {
    void answer(queue, line);
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
  }
  await queue.idle();
  for (const prover of provers.values()) prover.close();
}

async function engineFor(keys: Keys, native: string | undefined): Promise<Engine> {
  try {
    if (native !== undefined) return await NativeEngine.start(native, keys.zkeyFile);
  } catch (thrown) {
    const { code, message } = describe(thrown);
    log({ event: 'snarkjs instead of the native prover', circuit: keys.circuit, code, message });
  }
  return snarkjsEngine(keys.zkey);
}

async function answer(queue: ProofQueue, line: Line): Promise<void> {
  let id: string | undefined;
  try {
    if (line === undefined) throw new Refusal('LINE_TOO_LONG', `a line has more than ${MAX_LINE_BYTES} bytes`);
    const request = parseRequest(line);
    id = request.id;
    const { proof, publicInputs, seconds } = await queue.prove(request);
    write({ id, proof, publicInputs, seconds });
    log({ event: 'proved', id, circuit: request.circuit, records: request.input.records.length, seconds });
  } catch (thrown) {
    const { code, message, refusedId } = describe(thrown);
    write({ id: id ?? refusedId ?? null, error: { code, message } });
    log({ event: 'refused', id: id ?? refusedId ?? null, code });
  }
}

/** An unexpected error is answered without its text, which could quote a record. */
function describe(thrown: unknown): { code: string; message: string; refusedId?: string | undefined } {
  if (thrown instanceof Refusal) return { code: thrown.code, message: thrown.message, refusedId: thrown.id };
  return { code: 'INTERNAL', message: 'the prover failed' };
}

function write(answerLine: object): void {
  process.stdout.write(`${JSON.stringify(answerLine)}\n`);
}

function log(entry: object): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
}

// snarkjs and its libraries print to the console; standard output is for answers only.
console.log = (): void => undefined;
console.error = (): void => undefined;

try {
  await main();
} catch (thrown) {
  const { code, message } = describe(thrown);
  log({ event: 'stopped', code, message });
  process.exitCode = 1;
} finally {
  const curve = await curves.getCurveFromName('bn128');
  await curve.terminate(); // snarkjs's threads would keep the program alive
}
