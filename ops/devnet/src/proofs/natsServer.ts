import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { natsBinary } from '../binaries.ts';
import { HOST } from '../plan.ts';
import { isListening } from '../running/listening.ts';
import { poll } from '../running/poll.ts';

const START_MS = 20_000;

/** What leads a node or a worker to the broker, as in their configurations. */
export interface BrokerPart {
  readonly servers: string[];
  readonly name: string;
  readonly keyFile: string;
  readonly nkeyFile: string;
}

/** A real nats-server with JetStream: an nkey for the node, one for its workers, and a key that seals the queue. */
export class NatsServer implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'twinspan-nats-'));
  readonly queueName: string;
  readonly #program: string;
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(program: string, port: number, queueName: string) {
    this.#program = program;
    this.#port = port;
    this.queueName = queueName;
  }

  /** Builds it when that was never done; it listens on a port that was free. */
  static async start(queueName = 'proofs'): Promise<NatsServer> {
    const server = new NatsServer(join(await natsBinary(), 'nats-server'), await freePort(), queueName);
    server.#configure();
    await server.up();
    return server;
  }

  brokerPart(role: 'node' | 'worker'): BrokerPart {
    const servers = [`nats://${HOST}:${this.#port}`];
    return { servers, name: this.queueName, keyFile: this.file('queue.key'), nkeyFile: this.file(`${role}.nk`) };
  }

  /** A file of this server's own folder. */
  file(name: string): string {
    return join(this.directory, name);
  }

  /** Starts it with what it stored before. */
  async up(): Promise<void> {
    this.#child = spawn(this.#program, ['-c', this.file('nats.conf')], { stdio: 'ignore' });
    const listens = async (): Promise<true | undefined> => ((await isListening(this.#port)) ? true : undefined);
    await poll(listens, { what: 'nats-server to listen', timeoutMs: START_MS });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #configure(): void {
    this.#secret('queue.key', `0x${randomBytes(32).toString('hex')}`);
    const configuration = `
listen: "${HOST}:${this.#port}"
jetstream { store_dir: "${this.file('store')}" }
authorization { users: [
  { nkey: "${this.#newUser('node')}" },
  { nkey: "${this.#newUser('worker')}", permissions: ${workerMay(this.queueName)} }
] }
`;
    writeFileSync(this.file('nats.conf'), configuration);
  }

  /** @returns the public key */
  #newUser(role: 'node' | 'worker'): string {
    const user = nkeys.createUser();
    this.#secret(`${role}.nk`, new TextDecoder().decode(user.getSeed()));
    return user.getPublicKey();
  }

  #secret(name: string, text: string): void {
    writeFileSync(this.file(name), `${text}\n`, { mode: 0o600 });
  }
}

/** A worker takes jobs, answers them, and can neither make jobs nor change the queue. */
function workerMay(name: string): string {
  const results = `KV_${name}-results`;
  const publish = [
    `$JS.API.CONSUMER.INFO.${name}.workers`,
    `$JS.API.CONSUMER.MSG.NEXT.${name}.workers`,
    `$JS.ACK.${name}.workers.>`,
    `$JS.API.STREAM.INFO.${results}`,
    `$JS.API.DIRECT.GET.${results}.>`,
    `$KV.${name}-results.*`,
    `${name}.dead.*`,
  ];
  return JSON.stringify({ publish, subscribe: ['_INBOX.>'] });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
