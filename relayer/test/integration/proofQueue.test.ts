import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { NatsServer, ProofWorker, until } from '@twinspan/devnet';
import { pino } from 'pino';
import { z } from 'zod';
import { Metrics } from '../../src/metrics.ts';
import { readProofChecks } from '../../src/prover/proofCheck.ts';
import { publicInputsOf } from '../../src/prover/prover.ts';
import type { MadeProof, Prover, ProofRequest } from '../../src/prover/prover.ts';
import { queuePart } from '../../src/prover/proverConfig.ts';
import type { BrokerOptions } from '../../src/prover/proverConfig.ts';
import { Broker, connectBroker } from '../../src/prover/queue/broker.ts';
import { QueuedProver } from '../../src/prover/queue/queuedProver.ts';
import { Worker } from '../../src/prover/worker/worker.ts';
import { PACKED_POLICY, recordOf, requestOf } from '../fakes/records.ts';

const KEYS = fileURLToPath(new URL('../../../.cache/circuits', import.meta.url));
const log = pino({ level: 'silent' });
const checks = readProofChecks(KEYS);

type Settings = Partial<z.input<ReturnType<typeof queuePart>>>;

interface InProcess {
  readonly keyFile?: string;
  readonly restMs?: number;
}

/** A real broker and the node's side of the queue. */
class Scene implements AsyncDisposable {
  readonly server: NatsServer;
  readonly metrics = new Metrics();
  readonly prover: QueuedProver;
  readonly #ends: AsyncDisposableStack;

  private constructor(server: NatsServer, settings: Settings, ends: AsyncDisposableStack) {
    this.server = server;
    const input = { ...server.brokerPart('node'), verificationKeys: KEYS, ackWaitMs: 1_000, ...settings };
    const options = queuePart(z.string()).parse(input);
    this.prover = new QueuedProver(options, { node: 'node', metrics: this.metrics, log });
    this.#ends = ends;
    ends.defer(() => this.prover.close());
  }

  static async open(settings: Settings = {}): Promise<Scene> {
    const ends = new AsyncDisposableStack();
    const server = ends.use(await NatsServer.start());
    return new Scene(server, settings, ends);
  }

  /** A worker in this process that answers with what `prove` makes. */
  async worker(name: string, prove: Prover['prove'], options: InProcess = {}): Promise<AsyncDisposable> {
    const { restMs = 50, ...broker } = options;
    const parts: BrokerOptions = { ...this.server.brokerPart('worker'), ...broker };
    const opened = await Broker.open(parts, name);
    const life = new AbortController();
    const running = new Worker(name, { broker: opened, prover: { prove }, log }, restMs).run(life.signal);
    const end = async (): Promise<void> => {
      life.abort();
      await running;
      await opened.close();
    };
    return this.#ends.use({ [Symbol.asyncDispose]: end });
  }

  async process(name: string, engine: 'native' | 'snarkjs' = 'native'): Promise<ProofWorker> {
    return this.#ends.use(await ProofWorker.start(name, this.server, { engine }));
  }

  /** Everything that lies in the broker, as text. */
  async stored(stream: string): Promise<string[]> {
    const connection = await connectBroker(this.server.brokerPart('node'), 'test');
    try {
      const manager = await jetstreamManager(connection);
      const { state } = await manager.streams.info(stream);
      const found: string[] = [];
      for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
        const message = await manager.streams.getMessage(stream, { seq });
        if (message !== null) found.push(`${message.subject} ${Buffer.from(message.data).toString('latin1')}`);
      }
      return found;
    } finally {
      await connection.close();
    }
  }

  async refused(): Promise<Record<string, number>> {
    const { values } = await this.metrics.list.proofsRefused.get();
    const counted = values.filter(({ value }) => value > 0);
    return Object.fromEntries(counted.map(({ labels, value }) => [String(labels.why), value]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ends.disposeAsync();
  }
}

const requestsFrom = (first: number, count: number): ProofRequest[] =>
  Array.from({ length: count }, (_, place) => requestOf(recordOf(first + place)));

function verifies({ circuit, proof }: MadeProof, requests: readonly ProofRequest[]): boolean {
  return checks[circuit].holds(publicInputsOf(PACKED_POLICY, requests), proof);
}

const lie: Prover['prove'] = () =>
  Promise.resolve({ circuit: 'AssetState1', proof: [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n], seconds: 0 });
const fail: Prover['prove'] = () => Promise.reject(new Error('out of order'));

describe('the proof queue, over a real broker', () => {
  it('costs one more delivery when a worker is killed in the middle of a proof', async () => {
    await using scene = await Scene.open();
    const requests = requestsFrom(1, 16);
    const proving = scene.prover.prove(PACKED_POLICY, requests);
    const doomed = await scene.process('doomed', 'snarkjs');
    assert.equal((await doomed.said('proving')).deliveryCount, 1);
    await doomed.end('SIGKILL');
    assert.equal(doomed.lines.filter(({ msg }) => msg === 'proven').length, 0);

    const heir = await scene.process('heir');
    assert(verifies(await proving, requests));
    assert.deepEqual(
      heir.lines.filter(({ msg }) => msg === 'proving').map(({ deliveryCount }) => deliveryCount),
      [2],
    );
    assert.deepEqual(await scene.stored('proofs'), []);
  });

  it('proves a job that is asked for again and again once, also for another node', async () => {
    await using scene = await Scene.open();
    const honest = await scene.process('honest');
    const requests = requestsFrom(1, 1);
    const asked = Array.from({ length: 5 }, () => scene.prover.prove(PACKED_POLICY, requests));
    const [first, ...rest] = await Promise.all(asked);
    assert(first !== undefined && verifies(first, requests));
    for (const made of rest) assert.deepEqual(made, first);

    await using other = new AsyncDisposableStack();
    const options = queuePart(z.string()).parse({ ...scene.server.brokerPart('node'), verificationKeys: KEYS });
    const second = new QueuedProver(options, { node: 'node-2', metrics: new Metrics(), log });
    other.defer(() => second.close());
    assert.deepEqual(await second.prove(PACKED_POLICY, requests), first);
    assert.equal(honest.lines.filter(({ msg }) => msg === 'proving').length, 1);
  });

  it('lets a worker finish what it has in hand on SIGTERM', async () => {
    await using scene = await Scene.open();
    const worker = await scene.process('leaving', 'snarkjs');
    const requests = requestsFrom(1, 1);
    const proving = scene.prover.prove(PACKED_POLICY, requests);
    await worker.said('proving');
    assert.equal(await worker.end('SIGTERM'), 0);
    assert(verifies(await proving, requests));
    assert.equal(worker.lines.at(-1)?.msg, 'stopped');
  });

  it('refuses what a lying worker says, and has another prove it', async () => {
    await using scene = await Scene.open();
    await scene.worker('liar', lie, { restMs: 1_000 });
    const requests = requestsFrom(1, 1);
    const proving = scene.prover.prove(PACKED_POLICY, requests);
    await until('the lie to be refused', async () => ((await scene.refused()).false === 1 ? true : undefined));
    await scene.process('honest');
    assert(verifies(await proving, requests));
    assert.deepEqual(await scene.refused(), { false: 1 });
  });

  it('gives a job up that nobody can do, keeps it sealed, and says so', async () => {
    await using scene = await Scene.open({ maxDeliveries: 2 });
    const broken = await scene.worker('broken', fail);
    const requests = requestsFrom(1, 1);
    await assert.rejects(scene.prover.prove(PACKED_POLICY, requests), { code: 'PROVER_GAVE_UP' });
    const buried = await scene.stored('proofs-dead');
    assert.equal(buried.length, 1);
    assert.deepEqual(await scene.stored('proofs'), []);

    // A human mends it and asks again.
    await broken[Symbol.asyncDispose]();
    await scene.process('honest');
    assert(verifies(await scene.prover.prove(PACKED_POLICY, requests), requests));
  });

  it('gives a job up when every answer is a lie', async () => {
    await using scene = await Scene.open({ maxDeliveries: 3 });
    for (const name of ['liar-1', 'liar-2', 'liar-3']) await scene.worker(name, lie);
    await assert.rejects(scene.prover.prove(PACKED_POLICY, requestsFrom(1, 1)), { code: 'PROVER_GAVE_UP' });
    assert.deepEqual(await scene.refused(), { false: 3 });
  });

  it('shows the broker no value of a record', async () => {
    await using scene = await Scene.open();
    const [request] = requestsFrom(1, 1);
    assert(request !== undefined);
    scene.prover.prove(PACKED_POLICY, [request]).catch(() => undefined);
    const [text = ''] = await until('the job in the broker', async () => {
      const stored = await scene.stored('proofs').catch(() => []);
      return stored.length === 0 ? undefined : stored;
    });
    assert(text.startsWith('proofs.job.'));
    for (const value of [
      request.record.rightsId,
      request.record.salt,
      request.commitment,
      'appraisedValue',
      '2000000',
    ]) {
      assert(!text.includes(value), value);
    }
  });

  it('works for no worker that has another key', async () => {
    await using scene = await Scene.open({ maxDeliveries: 2 });
    const keyFile = scene.server.file('other.key');
    writeFileSync(keyFile, `0x${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
    const opened: unknown[] = [];
    const note: Prover['prove'] = (_policy, records) => {
      opened.push(records);
      return Promise.reject(new Error('not reached'));
    };
    await scene.worker('stranger', note, { keyFile });
    await assert.rejects(scene.prover.prove(PACKED_POLICY, requestsFrom(1, 1)), { code: 'PROVER_GAVE_UP' });
    assert.deepEqual(opened, []);
    assert.deepEqual(await scene.refused(), { unreadable: 2 });
  });

  it('takes no more jobs than it may hold', async () => {
    await using scene = await Scene.open({ maxJobs: 2, timeoutMs: 3_000 });
    const waiting = [1, 2].map((number) => scene.prover.prove(PACKED_POLICY, requestsFrom(number, 1)));
    const settled = Promise.allSettled(waiting);
    await until('two jobs in the broker', async () => {
      const stored = await scene.stored('proofs').catch(() => []);
      return stored.length === 2 ? true : undefined;
    });
    await assert.rejects(scene.prover.prove(PACKED_POLICY, requestsFrom(3, 1)), { code: 'PROVER_BUSY' });
    for (const one of await settled) {
      assert(one.status === 'rejected');
      assert.equal((one.reason as { code: string }).code, 'TIMED_OUT');
    }
    assert.deepEqual(await scene.stored('proofs'), []);
  });

  it('keeps jobs over a crash of the broker', async () => {
    await using scene = await Scene.open();
    const requests = requestsFrom(1, 1);
    const proving = scene.prover.prove(PACKED_POLICY, requests);
    await until('the job in the broker', async () => {
      const stored = await scene.stored('proofs').catch(() => []);
      return stored.length === 1 ? true : undefined;
    });
    await scene.server.kill();
    await scene.server.up();
    const [kept] = await scene.stored('proofs');
    assert(kept !== undefined);
    await scene.process('honest');
    const made = await proving.catch(() => scene.prover.prove(PACKED_POLICY, requests));
    assert(verifies(made, requests));
  });

  it('is not talked to without its credentials, or without the TLS that was asked for', async () => {
    await using scene = await Scene.open();
    const part = scene.server.brokerPart('node');
    const { servers, name, keyFile } = part;
    await assert.rejects(connectBroker({ servers, name, keyFile }, 'nobody'), { code: 'BROKER_UNREACHABLE' });
    const encrypted = { ...part, servers: servers.map((url) => url.replace('nats:', 'tls:')) };
    await assert.rejects(connectBroker(encrypted, 'downgraded'), { code: 'BROKER_UNREACHABLE', sentence: /tls/ });
  });

  it('lets a worker put no job into the queue and change nothing of it', async () => {
    await using scene = await Scene.open({ timeoutMs: 1 });
    await assert.rejects(scene.prover.prove(PACKED_POLICY, requestsFrom(1, 1)), { code: 'TIMED_OUT' });
    const worker = await Broker.open(scene.server.brokerPart('worker'), 'worker');
    try {
      await assert.rejects(worker.publish('ab'.repeat(32), new Uint8Array(1)), { code: 'BROKER_UNREACHABLE' });
      const manager = await jetstreamManager(worker.connection, { checkAPI: false });
      await assert.rejects(manager.streams.purge('proofs'), /permissions violation/i);
      await assert.rejects(manager.streams.delete('proofs'), /permissions violation/i);
    } finally {
      await worker.close();
    }
  });
});
