import { resolve } from 'node:path';
import { MAX_MESSAGES } from '@twinspan/protocol';
import { z } from 'zod';
import { programPart, queuePart } from '../prover/proverConfig.ts';
import { rolesOf } from './roles.ts';

const ms = z.int().min(1);
const name = z.string().min(1);
const decimal = z.string().regex(/^\d+$/).transform(BigInt);

type FileField = z.ZodType<string, string>;

/** The trading chain. Every node has its own view of it. */
const tradingPart = (file: FileField) =>
  z.strictObject({
    /** A second one is compared with the first; when they disagree the act stops. */
    endpoints: z
      .array(z.strictObject({ url: z.url() }))
      .min(1)
      .max(2),
    /** What the deployment wrote. */
    addressBookFile: file,
    finality: z.union([z.strictObject({ tag: z.literal('finalized') }), z.strictObject({ depth: z.int().min(0) })]),
    pollMs: ms.default(100),
    /** Most blocks read in one span. */
    spanBlocks: z.int().min(1).default(500),
  });

/** Role gateway: a client of its org on the asset chain. Seals, endorses, releases. */
const gatewayPart = (file: FileField) =>
  z.strictObject({
    mspId: name,
    certFile: file,
    /** Secret. */
    keyFile: file,
    channel: name,
    chaincode: name,
    /** Orgs that share the private collection of records. */
    recordOrgs: z.array(name).min(1),
    /** Peers of the own org. */
    peers: z
      .array(z.strictObject({ endpoint: name, tlsCaFile: file, hostAlias: name.optional() }))
      .min(1)
      .max(2),
  });

/** Role carrier: pays for gas. */
const carrierPart = (file: FileField) =>
  z.strictObject({
    /** Secrets: one line each, 0x and 64 hex digits. A lane stays with one key while it is healthy. */
    keyFiles: z.array(file).min(1).max(8),
    /** Most that is paid per gas, wei. */
    maxFeePerGas: decimal.prefault('200000000000'),
    stuckMs: ms.default(60_000),
  });

/** Role attestor: signs checkpoints. */
const attestorPart = (file: FileField) => z.strictObject({ /** Secret, as a carrier's. */ keyFile: file });

/** Role prover: beside a gateway of the custodian, which alone can read confidential records. A program, or workers behind a queue. */
const proverPart = (file: FileField) => z.union([programPart(), z.strictObject({ queue: queuePart(file) })]);

const peersPart = (file: FileField) =>
  z.strictObject({
    /** Multiaddr, for instance `/ip4/0.0.0.0/tcp/19001`. */
    listen: name,
    /** Secret: the Ed25519 seed of the peer id, one line, 0x and 64 hex digits. */
    keyFile: file,
    /** The nodes that may connect: card files, or folders of them. The own card may be among them. */
    cards: z.array(file).min(1),
    /** Multiaddrs with peer ids: further places where nodes with cards may be found. */
    bootstrap: z.array(z.string().max(300)).max(64).default([]),
    /** Whether to look for them on the own network. */
    mdns: z.boolean().default(false),
    maxConnections: z.int().min(1).max(1_024).default(64),
    /** Of one peer, on average; above it is made to wait. */
    itemsPerSecond: z.int().min(1).max(100_000).default(2_000),
    redialMs: ms.default(1_000),
  });

const mintPart = () =>
  z.strictObject({
    gatherMs: ms.default(1_500),
    stateAgeMs: ms.default(1_000),
    /** Messages that make an epoch full: it is sealed without waiting, and holds no more. */
    epochMessages: z.int().min(1).max(MAX_MESSAGES).default(MAX_MESSAGES),
    /** Epochs sealed and not delivered before a lane waits for the trading chain. */
    maxUndelivered: z.int().min(1).default(16),
    /** Epochs of one lane in the trading chain's pool at once. */
    maxInFlight: z.int().min(1).default(8),
    /** On a registry's node: attest stops itself when the custodian has not after so long. */
    sealStopsAfterMs: ms.optional(),
    /** A lane on which something is due may stand still so long before the custodian's next node seals it. */
    sealDelayMs: ms.default(3_000),
    endorseDelayMs: ms.default(3_000),
    carryDelayMs: ms.default(5_000),
  });

const backPart = () =>
  z.strictObject({
    renewBeforeSeconds: z.int().min(1).default(86_400),
    valueHeadroomBps: z.int().min(0).max(10_000).default(1_000),
    batchFrom: z.int().min(2).max(16).default(5),
    /** How long an operator's next prover leaves a record to the one before it. */
    proveDelayMs: ms.default(15_000),
  });

const releasePart = () =>
  z.strictObject({
    checkpointEveryBlocks: z.int().min(1).default(2),
    checkpointAgainBlocks: z.int().min(1).default(32),
    releaseDelayMs: ms.default(3_000),
  });

const retentionPart = () =>
  z.strictObject({
    /** Final epochs of a lane that people can still ask for. */
    epochs: z.int().min(256).max(100_000_000).default(100_000),
  });

const parts = (file: FileField) => ({
  /** This node's name, unique among all nodes: turns are drawn from these. */
  node: name,
  /** Who runs it; an operator may run several nodes. */
  operator: name,
  /** Where the durable store lives; made when absent. */
  directory: file,
  trading: tradingPart(file),
  gateway: gatewayPart(file).optional(),
  carrier: carrierPart(file).optional(),
  attestor: attestorPart(file).optional(),
  prover: proverPart(file).optional(),
  peers: peersPart(file),
  http: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65_535) }),
  mint: mintPart().prefault({}),
  back: backPart().prefault({}),
  release: releasePart().prefault({}),
  retention: retentionPart().prefault({}),
  /** Verbs for whoever runs the node, on a local socket; absent: none. */
  admin: z.strictObject({ socket: file }).optional(),
  audit: z.strictObject({ everyMs: ms.default(30_000) }).prefault({}),
  /** Where spans go, by OTLP over HTTP; absent: nowhere. */
  traces: z.strictObject({ endpoint: z.url() }).optional(),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});

type ConfigSchema = z.ZodObject<ReturnType<typeof parts>, z.core.$strict>;

/**
 * Everything a node is told, with its defaults. Unknown keys are errors; secrets are files, never values.
 * @param base the folder that relative paths start from
 */
export function configSchemaAt(base: string): ConfigSchema {
  const file = name.transform((path) => resolve(base, path));
  return z.strictObject(parts(file)).superRefine((config, context) => {
    const refuse = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    const roles = rolesOf(config);
    if (roles.length === 0) {
      refuse('gateway', 'a node needs a role: add a part gateway, carrier, attestor or prover');
    }
    if (config.prover !== undefined && config.gateway === undefined) {
      refuse(
        'prover',
        'only a gateway can read the records that a prover proves: add a part gateway or take prover out',
      );
    }
  });
}

export type Config = z.output<ConfigSchema>;
export type ConfigInput = z.input<ConfigSchema>;
