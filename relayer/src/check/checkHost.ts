import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { multiaddr } from '@multiformats/multiaddr';
import type { Config } from '../config/schema.ts';
import { readKey, readSecret } from '../config/secrets.ts';
import { Amiss, look } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Probes } from './probes.ts';

/** Free space below which a store should not be begun. */
const LEAST_FREE_BYTES = 1n << 30n;

/** What a node needs of the machine that it runs on. */
export async function checkHost(config: Config, probes: Probes): Promise<readonly Finding[]> {
  const { http, peers } = config;
  return Promise.all([
    ...secretsOf(config),
    look('directory', () => directoryOf(config.directory)),
    look('http.port', () => portOf(http.host, http.port, probes)),
    look('peers.listen', () => {
      const { host, port } = tcpOf(peers.listen);
      return portOf(host, port, probes);
    }),
  ]);
}

function secretsOf(config: Config): Promise<Finding>[] {
  const { gateway, carrier, attestor, peers } = config;
  const keys = {
    'peers.keyFile': peers.keyFile,
    'attestor.keyFile': attestor?.keyFile,
    ...Object.fromEntries((carrier?.keyFiles ?? []).map((file, place) => [`carrier.keyFiles[${place}]`, file])),
  };
  return [
    ...kept(keys, readKey),
    ...kept({ 'gateway.keyFile': gateway?.keyFile }, readSecret),
    ...queueSecretsOf(config),
  ];
}

function queueSecretsOf({ prover }: Config): Promise<Finding>[] {
  if (prover === undefined || !('queue' in prover)) return [];
  const { keyFile, nkeyFile, credentialsFile, tls } = prover.queue;
  const texts = { nkeyFile, credentialsFile, 'tls.keyFile': tls?.keyFile };
  const named = Object.entries(texts).map(([name, file]) => [`prover.queue.${name}`, file] as const);
  return [...kept({ 'prover.queue.keyFile': keyFile }, readKey), ...kept(Object.fromEntries(named), readSecret)];
}

/** @param files by the key of the configuration that names them */
function kept(files: Readonly<Record<string, string | undefined>>, read: (file: string) => string): Promise<Finding>[] {
  return Object.entries(files).flatMap(([name, file]) =>
    file === undefined ? [] : [look(name, () => keptSecret(file, read))],
  );
}

function keptSecret(file: string, read: (file: string) => string): string {
  read(file);
  return `${file} can be read by this user alone`;
}

function directoryOf(directory: string): string {
  const existing = nearest(directory);
  const isDirectory = statSync(existing).isDirectory();
  try {
    if (!isDirectory) throw new Error('it is a file');
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Amiss(
      `${existing} cannot be written to: ${String(cause)}`,
      'Let this user write there, or name another directory.',
    );
  }
  const { bavail, bsize } = statfsSync(existing, { bigint: true });
  const free = bavail * bsize;
  const has = `${directory} has ${free >> 20n} MiB of room`;
  if (free >= LEAST_FREE_BYTES) return has;
  throw new Amiss(has, `Make room: a store should have ${LEAST_FREE_BYTES >> 20n} MiB.`);
}

function nearest(path: string): string {
  return existsSync(path) ? path : nearest(dirname(path));
}

async function portOf(host: string, port: number, probes: Probes): Promise<string> {
  await probes.listen(host, port).catch((cause: unknown) => {
    throw new Amiss(
      `cannot listen on ${host}:${port}: ${String(cause)}`,
      'End what listens there (this node itself, if it runs), or name another port.',
    );
  });
  return `${host}:${port} is free`;
}

function tcpOf(listen: string): { host: string; port: number } {
  const values = new Map<string, string>();
  for (const { name, value } of multiaddr(listen).getComponents()) values.set(name, value ?? '');
  const [host, port] = [values.get('ip4') ?? values.get('ip6'), values.get('tcp')];
  if (host !== undefined && port !== undefined) return { host, port: Number(port) };
  throw new Amiss(`${listen} has no address and port`, 'Name one such as /ip4/0.0.0.0/tcp/19001.');
}
