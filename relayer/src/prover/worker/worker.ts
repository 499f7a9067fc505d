import type { JsMsg } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import { millis } from '@nats-io/transport-node';
import { Fault } from '@twinspan/protocol';
import type { Logger } from 'pino';
import { asFault } from '../../asFault.ts';
import { Wake } from '../../wake.ts';
import type { Prover } from '../prover.ts';
import { reaching } from '../queue/broker.ts';
import type { Broker } from '../queue/broker.ts';
import { decodeJob, encodeResult } from '../queue/job.ts';
import type { JobResult, ProofJob } from '../queue/job.ts';
import { seal, unseal } from '../queue/sealed.ts';

/** Longest wait for a job before asking anew, and for the broker before looking again. */
const PULL_MS = 2_000;
interface Modules {
  readonly broker: Broker;
  readonly prover: Pick<Prover, 'prove'>;
  readonly log: Logger;
}

interface Queue {
  readonly results: KV;
  readonly ackWaitMs: number;
  readonly maxDeliveries: number;
}

/** Pulls one job at a time and proves it. It keeps nothing: whatever it has not acknowledged goes to another. */
export class Worker {
  readonly #name: string;
  readonly #modules: Modules;
  readonly #restMs: number;

  /** @param restMs how long a job rests that this worker could not do; the worker itself rests longer, so that another gets it */
  constructor(name: string, modules: Modules, restMs = 2_000) {
    this.#name = name;
    this.#modules = modules;
    this.#restMs = restMs;
  }

  /** Works until the signal aborts; the job in hand is finished first. */
  async run(signal: AbortSignal): Promise<void> {
    const pause = new Wake();
    while (!signal.aborted) {
      try {
        await this.#pull(signal);
      } catch (error) {
        this.#modules.log.warn({ sentence: asFault(error).sentence }, 'waiting for the broker');
        await pause.wait(PULL_MS, signal);
      }
    }
  }

  async #pull(signal: AbortSignal): Promise<void> {
    const { consumer, results } = await this.#modules.broker.find();
    const { config } = await reaching(() => consumer.info());
    const queue = {
      results,
      ackWaitMs: millis(config.ack_wait ?? 0),
      maxDeliveries: (config.max_deliver ?? 0) - 1,
    };
    while (!signal.aborted) {
      const message = await reaching(() => consumer.next({ expires: PULL_MS }));
      if (message === null) continue;
      if (!(await this.#take(message, queue))) await new Wake().wait(2 * this.#restMs, signal);
    }
  }

  /** @returns whether the job is settled */
  async #take(message: JsMsg, queue: Queue): Promise<boolean> {
    const { broker, log } = this.#modules;
    const jobId = broker.jobIdIn(message.subject);
    if (jobId === undefined) {
      message.term('no job id');
      return true;
    }
    const { deliveryCount } = message.info;
    const keepAlive = setInterval(() => {
      message.working();
    }, queue.ackWaitMs / 3);
    try {
      const result = await this.#answer(jobId, message, queue);
      if (result !== undefined) await queue.results.put(jobId, seal(broker.key, 'result', jobId, encodeResult(result)));
      await message.ackAck();
      return true;
    } catch (error) {
      const { code, sentence } = asFault(error);
      log.warn({ jobId, deliveryCount, code, sentence }, 'given back');
      message.nak(this.#restMs);
      return false;
    } finally {
      clearInterval(keepAlive);
    }
  }

  /** undefined when the answer lies in the broker already. */
  async #answer(jobId: string, message: JsMsg, queue: Queue): Promise<JobResult | undefined> {
    const { broker, prover, log } = this.#modules;
    const { deliveryCount } = message.info;
    if ((await reaching(() => queue.results.get(jobId)))?.operation === 'PUT') return undefined;
    if (deliveryCount > queue.maxDeliveries) {
      log.error({ jobId, deliveryCount }, 'given up');
      await broker.bury(jobId, message.data);
      return { worker: this.#name, gaveUpAfter: queue.maxDeliveries };
    }
    const { policy, records } = this.#read(jobId, message.data);
    log.info({ jobId, deliveryCount, records: records.length }, 'proving');
    const { proof, seconds } = await prover.prove(policy, records);
    log.info({ jobId, deliveryCount, seconds }, 'proven');
    return { worker: this.#name, proof: [...proof], seconds };
  }

  /** @throws Fault when this worker cannot or should not do the job */
  #read(jobId: string, sealed: Uint8Array): ProofJob {
    const text = unseal(this.#modules.broker.key, 'job', jobId, sealed);
    const job = text === undefined ? undefined : decodeJob(text);
    if (job === undefined) throw new Fault('PROVER_FAILED', 'the job was sealed with another key, or altered');
    if (job.avoid.includes(this.#name)) throw new Fault('PROVER_FAILED', 'another worker is wanted for this job');
    return job;
  }
}
