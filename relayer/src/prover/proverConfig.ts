import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';

type FileField = z.ZodType<string, string>;

const ms = z.int().min(1);
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

const program = () =>
  z.strictObject({
    command: z.string().min(1),
    args: z.array(z.string()),
    /** One proof, and the start of the program with its keys, must be done within this. */
    timeoutMs: ms.default(120_000),
  });

/** What leads to the broker; a node and its workers are told the same. */
const broker = (file: FileField) =>
  z.strictObject({
    /** `tls://name:4222`, for certificates are checked by name; `nats://` only on this machine. */
    servers: z
      .array(z.string().refine(isSafe, { error: 'expected tls://name:port, or nats:// on this machine' }))
      .min(1),
    /** Names the queue in the broker. */
    name: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .default('twinspan-proofs'),
    /** Secret, shared by the node and its workers: what seals jobs and results. One line, 0x and 64 hex digits. */
    keyFile: file,
    /** Secret: the seed of an nkey. */
    nkeyFile: file.optional(),
    /** Secret: a NATS credentials file. */
    credentialsFile: file.optional(),
    tls: z.strictObject({ caFile: file.optional(), certFile: file.optional(), keyFile: file.optional() }).optional(),
  });

const queue = (file: FileField) =>
  broker(file).extend({
    /** Has `<circuit>/verification_key.json`: no proof is used before it verifies. */
    verificationKeys: file,
    /** Proofs asked for at once; a few more than there are workers. */
    parallel: z.int().min(1).max(256).default(8),
    /** A worker that is not heard of for so long is taken for dead, and its job given to another. */
    ackWaitMs: ms.min(500).default(15_000),
    /** How often a job is handed out before it is given up. */
    maxDeliveries: z.int().min(1).max(64).default(5),
    /** Jobs that may wait; beyond, the node keeps them. */
    maxJobs: z.int().min(1).default(1_024),
    maxJobAgeMs: ms.min(1_000).default(86_400_000),
    /** A result is kept for so long, so that the same job is not proven again. */
    resultsKeptMs: ms.min(1_000).default(3_600_000),
    /** Longest wait for one proof. */
    timeoutMs: ms.default(600_000),
  });

const worker = (file: FileField) =>
  z.strictObject({
    /** Names this worker, uniquely, in logs and results. */
    worker: z.string().min(1).max(64),
    prover: program(),
    queue: broker(file),
    log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
  });

export type ProgramOptions = z.output<ReturnType<typeof program>>;
export type BrokerOptions = z.output<ReturnType<typeof broker>>;
export type QueueOptions = z.output<ReturnType<typeof queue>>;
export type WorkerConfig = z.output<ReturnType<typeof worker>>;

/** The prover program, for instance circuits/prover. */
export function programPart(): ReturnType<typeof program> {
  return program();
}

/** How proofs are handed to workers. */
export function queuePart(file: FileField): ReturnType<typeof queue> {
  return queue(file);
}

/** Everything a worker is told. @param base the folder that relative paths start from */
export function workerConfigAt(base: string): ReturnType<typeof worker> {
  return worker(
    z
      .string()
      .min(1)
      .transform((path) => resolve(base, path)),
  );
}

/** Jobs are sealed, but credentials and the traffic's shape are not: nothing crosses a network in the clear. */
function isSafe(server: string): boolean {
  const url = URL.parse(server);
  if (url?.protocol === 'tls:') return isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0;
  return url?.protocol === 'nats:' && LOOPBACK.test(url.hostname);
}
