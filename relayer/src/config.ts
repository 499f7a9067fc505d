import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Fault, isHex } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { z } from 'zod';

const ms = z.int().min(1);
const file = z.string().min(1);
const mspId = z.string().min(1);
const decimal = z.string().regex(/^\d+$/).transform(BigInt);

/** Everything a node is told, with its defaults. Unknown keys are errors; secrets are files, never values. */
export const configSchema = z.strictObject({
  /** This node's name among the operators. */
  operator: z.string().min(1),
  /** Where the durable store lives; made when absent. */
  directory: z.string().min(1),
  asset: z.strictObject({
    endpoint: z.string().min(1),
    tlsCaFile: file,
    hostAlias: z.string().optional(),
    mspId,
    certFile: file,
    /** Secret. */
    keyFile: file,
    channel: z.string().min(1),
    chaincode: z.string().min(1),
    /** Orgs that share the private collection of records. */
    recordOrgs: z.array(mspId).min(1),
  }),
  trading: z.strictObject({
    rpcUrl: z.url(),
    /** What the deployment wrote. */
    addressBookFile: file,
    finality: z.union([z.strictObject({ tag: z.literal('finalized') }), z.strictObject({ depth: z.int().min(0) })]),
    pollMs: ms.default(100),
    /** Most blocks read in one span. */
    spanBlocks: z.int().min(1).default(500),
  }),
  /** Pays for gas; a node without it carries nothing. */
  carrier: z
    .strictObject({
      /** Secret: one line, 0x and 64 hex digits. */
      keyFile: file,
      /** Most that is paid per gas, wei. */
      maxFeePerGas: decimal.default(200_000_000_000n),
      stuckMs: ms.default(60_000),
    })
    .optional(),
  /** Signs checkpoints; absent on a node that does not attest. */
  attestor: z.strictObject({ /** Secret, as the carrier's. */ keyFile: file }).optional(),
  /** The custodian's node alone: only it can read confidential records. */
  prover: z
    .strictObject({
      command: z.string().min(1),
      args: z.array(z.string()),
      timeoutMs: ms.default(120_000),
    })
    .optional(),
  peers: z.strictObject({
    /** Multiaddr, for instance `/ip4/0.0.0.0/tcp/19001`. */
    listen: z.string().min(1),
    /** Secret: the Ed25519 seed of the peer id, one line, 0x and 64 hex digits. */
    keyFile: file,
    allowed: z.array(z.strictObject({ operator: z.string(), peerId: z.string(), address: z.string() })),
    redialMs: ms.default(1_000),
  }),
  http: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65_535) }),
  mint: z
    .strictObject({
      gatherMs: ms.default(1_500),
      stateAgeMs: ms.default(1_000),
      /** Epochs sealed and not delivered before a lane waits for the trading chain. */
      maxUndelivered: z.int().min(1).default(16),
      /** Epochs of one lane in the trading chain's pool at once. */
      maxInFlight: z.int().min(1).default(8),
      /** On a registry's node: attest stops itself when the custodian has not after so long. */
      sealStopsAfterMs: ms.optional(),
      endorseDelayMs: ms.default(3_000),
      carryDelayMs: ms.default(5_000),
    })
    .prefault({}),
  back: z
    .strictObject({
      renewBeforeSeconds: z.int().min(1).default(86_400),
      valueHeadroomBps: z.int().min(0).max(10_000).default(1_000),
      batchFrom: z.int().min(2).max(16).default(5),
    })
    .prefault({}),
  release: z
    .strictObject({
      checkpointEveryBlocks: z.int().min(1).default(2),
      checkpointAgainBlocks: z.int().min(1).default(32),
      releaseDelayMs: ms.default(3_000),
    })
    .prefault({}),
  audit: z.strictObject({ everyMs: ms.default(30_000) }).prefault({}),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});

export type Config = z.output<typeof configSchema>;

/** Reads a configuration file; comments and trailing commas are allowed. Paths in it are relative to it. @throws Fault CONFIG_BAD */
export function readConfig(path: string): Config {
  if (!existsSync(path)) throw new Fault('CONFIG_BAD', `there is no file ${path}`);
  const parsed = configSchema.safeParse(parseJson(path, readFileSync(path, 'utf8')));
  if (!parsed.success) throw new Fault('CONFIG_BAD', `${path}: ${z.prettifyError(parsed.error)}`);
  return withAbsoluteFiles(parsed.data, dirname(resolve(path)));
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(plainJson(text));
  } catch (cause) {
    throw new Fault('CONFIG_BAD', `${path} is not JSON: ${String(cause)}`, { cause });
  }
}

/** JSON without `//` comments and trailing commas; what stands in strings stays. */
function plainJson(text: string): string {
  const bare = text.replaceAll(/("(?:\\.|[^"\\])*")|\/\/[^\n]*/g, '$1');
  return bare.replaceAll(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, '$1');
}

function withAbsoluteFiles(config: Config, base: string): Config {
  const at = (name: string): string => resolve(base, name);
  const { asset, trading, carrier, attestor, peers } = config;
  return {
    ...config,
    directory: at(config.directory),
    asset: {
      ...asset,
      tlsCaFile: at(asset.tlsCaFile),
      certFile: at(asset.certFile),
      keyFile: at(asset.keyFile),
    },
    trading: { ...trading, addressBookFile: at(trading.addressBookFile) },
    peers: { ...peers, keyFile: at(peers.keyFile) },
    ...(carrier === undefined ? {} : { carrier: { ...carrier, keyFile: at(carrier.keyFile) } }),
    ...(attestor === undefined ? {} : { attestor: { keyFile: at(attestor.keyFile) } }),
  };
}

/** The text of a file that only its owner can read. @throws Fault CONFIG_BAD */
export function readSecret(path: string): string {
  if (!existsSync(path)) throw new Fault('CONFIG_BAD', `there is no file ${path}`);
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0) throw new Fault('CONFIG_BAD', `others can read ${path}: chmod 600 it`);
  return readFileSync(path, 'utf8');
}

/** A secret of 32 bytes in hexadecimal. @throws Fault CONFIG_BAD */
export function readKey(path: string): Hex {
  const text = readSecret(path).trim();
  if (!isHex(text, 32)) throw new Fault('CONFIG_BAD', `${path} does not hold 0x and 64 hex digits`);
  return text;
}
