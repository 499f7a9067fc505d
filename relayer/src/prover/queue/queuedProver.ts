import { KvWatchInclude } from '@nats-io/kv';
import type { KV } from '@nats-io/kv';
import { Fault } from '@twinspan/protocol';
import { plainError } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Metrics } from '../../metrics.ts';
import { Wake } from '../../wake.ts';
import { readProofChecks } from '../proofCheck.ts';
import type { ProofCheck } from '../proofCheck.ts';
import { circuitFor, publicInputsOf } from '../prover.ts';
import type { Circuit, MadeProof, Prover, ProofRequest } from '../prover.ts';
import { Broker, reaching } from './broker.ts';
import { decodeResult, encodeJob, jobIdOf } from './job.ts';
import type { JobResult } from './job.ts';
import type { QueueOptions } from '../proverConfig.ts';
import { seal, unseal } from './sealed.ts';

/** How often the broker is asked although nothing rang: the net under a missed ring, and under a job that got lost. */
const LOOK_MS = 2_000;

type Watch = Awaited<ReturnType<KV['watch']>>;

interface Modules {
  /** Names this node in the broker. */
  readonly node: string;
  readonly metrics: Metrics;
  readonly log: Logger;
}

interface Question {
  readonly jobId: string;
  readonly circuit: Circuit;
  readonly policy: bigint;
  readonly records: readonly ProofRequest[];
}

/**
 * Proofs by workers that pull jobs from NATS JetStream. The broker sees sealed jobs only, and no worker is believed:
 * a proof that does not verify is refused and the job given to another.
 */
export class QueuedProver implements Prover {
  readonly parallel: number;
  readonly #options: QueueOptions;
  readonly #modules: Modules;
  readonly #checks: Readonly<Record<Circuit, ProofCheck>>;
  readonly #waiting = new Map<string, Wake>();
  readonly #life = new AbortController();
  #watch: Watch | undefined;
  #opening: Promise<{ broker: Broker; results: KV }> | undefined;

  /** @throws Fault CONFIG_BAD when the verification keys cannot be read */
  constructor(options: QueueOptions, modules: Modules) {
    this.parallel = options.parallel;
    this.#options = options;
    this.#modules = modules;
    this.#checks = readProofChecks(options.verificationKeys);
  }

  async prove(policy: bigint, records: readonly ProofRequest[]): Promise<MadeProof> {
    const circuit = circuitFor(records);
    const jobId = jobIdOf(circuit, this.#checks[circuit].keyId, policy, records);
    const question = { jobId, circuit, policy, records };
    const avoid: string[] = [];
    while (avoid.length < this.#options.maxDeliveries) {
      const result = await this.#ask(question, avoid);
      const made = this.#believe(result, question);
      if (made !== undefined) return made;
      avoid.push(result?.worker ?? 'unknown');
      await this.#forget(jobId);
    }
    throw new Fault('PROVER_GAVE_UP', `of the answers to job ${jobId} none was a proof: ${avoid.join(', ')}`);
  }

  /** Makes the queue in the broker. */
  async warm(): Promise<void> {
    await this.#open();
  }

  async close(): Promise<void> {
    this.#life.abort();
    const opened = await this.#opening?.catch(() => undefined);
    this.#watch?.stop(); // its heartbeat would keep the program alive
    await opened?.broker.close();
  }

  /** The answer that lies in the broker, once one does; undefined for one that cannot be read. */
  async #ask(question: Question, avoid: readonly string[]): Promise<JobResult | undefined> {
    const { jobId, policy, records } = question;
    const { broker, results } = await this.#open();
    const bell = new Wake();
    this.#waiting.set(jobId, bell);
    const deadlineMs = performance.now() + this.#options.timeoutMs;
    try {
      while (!this.#life.signal.aborted && performance.now() < deadlineMs) {
        const entry = await reaching(() => results.get(jobId));
        if (entry?.operation === 'PUT') {
          const text = unseal(broker.key, 'result', jobId, entry.value);
          return text === undefined ? undefined : decodeResult(text);
        }
        await broker.publish(jobId, seal(broker.key, 'job', jobId, encodeJob({ policy, records, avoid })));
        await bell.wait(LOOK_MS, this.#life.signal);
      }
    } finally {
      this.#waiting.delete(jobId);
    }
    if (!this.#life.signal.aborted) await broker.withdraw(jobId);
    throw new Fault('TIMED_OUT', `no worker proved job ${jobId} in time: are there any?`);
  }

  /** @returns undefined for what is no proof of the question @throws Fault PROVER_GAVE_UP */
  #believe(result: JobResult | undefined, { jobId, circuit, policy, records }: Question): MadeProof | undefined {
    if (result !== undefined && 'gaveUpAfter' in result) {
      void this.#forget(jobId).catch(() => undefined);
      throw new Fault(
        'PROVER_GAVE_UP',
        `job ${jobId} was handed out ${result.gaveUpAfter} times, last to ${result.worker}`,
      );
    }
    if (result !== undefined && this.#checks[circuit].holds(publicInputsOf(policy, records), result.proof)) {
      return { circuit, proof: result.proof, seconds: result.seconds };
    }
    const why = result === undefined ? 'unreadable' : 'false';
    this.#modules.metrics.list.proofsRefused.inc({ why });
    this.#modules.log.error({ jobId, worker: result?.worker, why }, 'a worker handed in what is no proof');
    return undefined;
  }

  async #forget(jobId: string): Promise<void> {
    const { results } = await this.#open();
    await reaching(() => results.purge(jobId));
  }

  async #open(): Promise<{ broker: Broker; results: KV }> {
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #connect(): Promise<{ broker: Broker; results: KV }> {
    const broker = await Broker.open(this.#options, this.#modules.node);
    try {
      const results = await broker.settle(this.#options);
      this.#watch = await reaching(() => results.watch({ include: KvWatchInclude.UpdatesOnly }));
      void this.#listen(this.#watch);
      return { broker, results };
    } catch (error) {
      await broker.close();
      throw error;
    }
  }

  /** Rings for every result that comes; when that fails, looking now and then remains. */
  async #listen(watch: Watch): Promise<void> {
    try {
      for await (const { key } of watch) this.#waiting.get(key)?.ring();
    } catch (error) {
      this.#modules.log.warn({ error: plainError(error) }, 'results of the proof queue are looked for, not heard of');
    }
  }
}
