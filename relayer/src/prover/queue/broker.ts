import {
  AckPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { Consumer, ConsumerConfig, JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { KV } from '@nats-io/kv';
import { connect, credsAuthenticator, nanos, nkeyAuthenticator } from '@nats-io/transport-node';
import type { Authenticator, NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import { bytesFromHex, Fault } from '@twinspan/protocol';
import { plainError } from '@twinspan/sdk';
import { readKey, readSecret } from '../../config/secrets.ts';
import { isJobId } from './job.ts';
import type { BrokerOptions, QueueOptions } from '../proverConfig.ts';

const WORKERS = 'workers';
/** A job of sixteen records takes about 11 kB sealed. */
const MAX_JOB_BYTES = 65_536;
const MAX_RESULT_BYTES = 4_096;
const MAX_DEAD_JOBS = 1_000;

const STREAM_MISSING = JetStreamApiCodes.StreamNotFound;
const CONSUMER_MISSING = JetStreamApiCodes.ConsumerNotFound;
const NO_MORE_THAN_ONE_PER_SUBJECT = 'maximum messages per subject exceeded';

/** A connection to NATS that comes back by itself. @throws Fault CONFIG_BAD, BROKER_UNREACHABLE */
export async function connectBroker(options: BrokerOptions, name: string): Promise<NatsConnection> {
  const urls = options.servers.map((server) => new URL(server));
  const authenticator = authenticatorOf(options);
  try {
    return await connect({
      name,
      servers: urls.map(({ host }) => host),
      ...tlsOf(options),
      ...(authenticator === undefined ? {} : { authenticator }),
      ignoreClusterUpdates: true,
      maxReconnectAttempts: -1,
    });
  } catch (cause) {
    throw unreachable(cause);
  }
}

/** An object, even an empty one, means that a server without TLS is refused. */
function tlsOf({ servers, tls }: BrokerOptions): Pick<NodeConnectionOptions, 'tls'> {
  if (tls === undefined && !servers.some((server) => server.startsWith('tls:'))) return {};
  if (tls?.keyFile !== undefined) readSecret(tls.keyFile);
  const files = Object.entries(tls ?? {}).filter(([, file]) => file !== undefined);
  return { tls: Object.fromEntries(files) };
}

function authenticatorOf({ nkeyFile, credentialsFile }: BrokerOptions): Authenticator | undefined {
  const encoder = new TextEncoder();
  if (nkeyFile !== undefined) return nkeyAuthenticator(encoder.encode(readSecret(nkeyFile).trim()));
  if (credentialsFile !== undefined) return credsAuthenticator(encoder.encode(readSecret(credentialsFile)));
  return undefined;
}

/** The queue's places in the broker: jobs that are handed out, those given up, and results. */
export class Broker {
  readonly key: Uint8Array;
  readonly connection: NatsConnection;
  readonly #name: string;
  readonly #manager: JetStreamManager;

  private constructor(name: string, key: Uint8Array, connection: NatsConnection, manager: JetStreamManager) {
    this.#name = name;
    this.key = key;
    this.connection = connection;
    this.#manager = manager;
  }

  /** @throws Fault CONFIG_BAD, BROKER_UNREACHABLE */
  static async open(options: BrokerOptions, clientName: string): Promise<Broker> {
    const key = bytesFromHex(readKey(options.keyFile));
    const connection = await connectBroker(options, clientName);
    return reaching(async () => {
      const manager = await jetstreamManager(connection, { checkAPI: false });
      return new Broker(options.name, key, connection, manager);
    });
  }

  /** Makes the queue as the node's configuration says; workers find it there. @throws Fault BROKER_UNREACHABLE */
  async settle(options: QueueOptions): Promise<KV> {
    const { maxJobs, maxJobAgeMs, ackWaitMs, maxDeliveries, resultsKeptMs } = options;
    return reaching(async () => {
      await this.#settleStream(jobStream(this.#name, maxJobs, maxJobAgeMs));
      await this.#settleStream(deadStream(this.#name, maxJobAgeMs));
      await this.#settleWorkers(workersConsumer(ackWaitMs, maxDeliveries));
      return await new Kvm(jetstream(this.connection)).create(`${this.#name}-results`, {
        ttl: resultsKeptMs,
        history: 1,
        allow_direct: true,
        max_bytes: 2 * maxJobs * MAX_RESULT_BYTES,
        maxValueSize: MAX_RESULT_BYTES,
      });
    });
  }

  /** @throws Fault BROKER_UNREACHABLE, also while no node has made the queue */
  async find(): Promise<{ consumer: Consumer; results: KV }> {
    return reaching(async () => {
      const client = jetstream(this.connection);
      const consumer = await client.consumers.get(this.#name, WORKERS);
      return { consumer, results: await new Kvm(client).open(`${this.#name}-results`, { allow_direct: true }) };
    });
  }

  /**
   * Puts a job into the queue, unless it waits or is worked on already.
   * @throws Fault PROVER_BUSY when too many wait, BROKER_UNREACHABLE
   */
  async publish(jobId: string, sealed: Uint8Array): Promise<void> {
    await reaching(async () => {
      try {
        await jetstream(this.connection).publish(`${this.#name}.job.${jobId}`, sealed);
      } catch (error) {
        if (!(error instanceof JetStreamApiError)) throw error;
        if (error.message === NO_MORE_THAN_ONE_PER_SUBJECT) return;
        throw new Fault('PROVER_BUSY', `the broker takes no more jobs: ${error.message}`, { cause: error });
      }
    });
  }

  /** Takes a job out of the queue, so that it can be put in afresh. @throws Fault BROKER_UNREACHABLE */
  async withdraw(jobId: string): Promise<void> {
    await reaching(() => this.#manager.streams.purge(this.#name, { filter: `${this.#name}.job.${jobId}` }));
  }

  /** Keeps a job that was given up, sealed as it came, for a look at it. */
  async bury(jobId: string, sealed: Uint8Array): Promise<void> {
    await reaching(() => jetstream(this.connection).publish(`${this.#name}.dead.${jobId}`, sealed));
  }

  /** The job id in a message's subject; undefined when it holds none. */
  jobIdIn(subject: string): string | undefined {
    const id = subject.split('.').at(-1) ?? '';
    return subject === `${this.#name}.job.${id}` && isJobId(id) ? id : undefined;
  }

  async close(): Promise<void> {
    await this.connection.drain().catch(() => undefined);
  }

  async #settleWorkers(config: Partial<ConsumerConfig>): Promise<void> {
    const { consumers } = this.#manager;
    try {
      await consumers.update(this.#name, WORKERS, config);
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === CONSUMER_MISSING)) throw error;
      await consumers.add(this.#name, { ...config, durable_name: WORKERS, ack_policy: AckPolicy.Explicit });
    }
  }

  async #settleStream(config: Partial<StreamConfig> & { name: string }): Promise<void> {
    try {
      await this.#manager.streams.update(config.name, config);
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === STREAM_MISSING)) throw error;
      await this.#manager.streams.add(config);
    }
  }
}

/** One message per job, taken out when acknowledged; a full queue refuses what comes. */
function jobStream(name: string, maxJobs: number, maxAgeMs: number): Partial<StreamConfig> & { name: string } {
  return {
    name,
    subjects: [`${name}.job.*`],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs_per_subject: 1,
    max_msgs: maxJobs,
    max_bytes: maxJobs * MAX_JOB_BYTES,
    max_msg_size: MAX_JOB_BYTES,
    max_age: nanos(maxAgeMs),
  };
}

function deadStream(name: string, maxAgeMs: number): Partial<StreamConfig> & { name: string } {
  return {
    name: `${name}-dead`,
    subjects: [`${name}.dead.*`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_msgs_per_subject: 1,
    max_msgs: MAX_DEAD_JOBS,
    max_msg_size: MAX_JOB_BYTES,
    max_age: nanos(maxAgeMs),
  };
}

/** One delivery more than allowed: with it a worker learns that the job has to be given up. */
function workersConsumer(ackWaitMs: number, maxDeliveries: number): Partial<ConsumerConfig> {
  return {
    ack_wait: nanos(ackWaitMs),
    max_deliver: maxDeliveries + 1,
  };
}

/** What the broker's client throws, as a fault that is tried again. */
export async function reaching<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (cause) {
    throw cause instanceof Fault ? cause : unreachable(cause);
  }
}

function unreachable(cause: unknown): Fault {
  return new Fault('BROKER_UNREACHABLE', `the broker of the proof queue: ${plainError(cause)}`, { cause });
}
