import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { NatsServer, ProofWorker } from '@twinspan/devnet';
import { Metrics, queuePart, QueuedProver } from '@twinspan/relayer';
import type { Measure } from '@twinspan/report';
import { pino } from 'pino';
import { z } from 'zod';
import { PACKED_POLICY, ProverProcess, statementAt } from '../proverProcess.ts';

const KEYS = fileURLToPath(new URL('../../../../.cache/circuits', import.meta.url));
const PLACES = 16;
/** Proofs of a round: enough that the last ones, when some workers idle, weigh little. */
const PROOFS = 12;
const ACK_WAIT_MS = 1_000;

/** What workers add, what the native prover is worth, and what a killed worker costs. */
export async function provers(): Promise<Record<string, Measure>> {
  const ratios = await nativeRatios();
  await using server = await NatsServer.start();
  await using ends = new AsyncDisposableStack();
  const input = { ...server.brokerPart('node'), verificationKeys: KEYS, ackWaitMs: ACK_WAIT_MS };
  const log = pino({ level: 'silent' });
  const prover = new QueuedProver(queuePart(z.string()).parse(input), { node: 'bench', metrics: new Metrics(), log });
  ends.defer(() => prover.close());
  await prover.warm();
  const queue = new Queue(prover, server);
  const rates: number[] = [];
  for (const workers of [1, 2, 3]) rates.push(await queue.rate(workers));
  const [one = 0, two = 0, three = 0] = rates;
  return {
    ...ratios,
    'network.provers.rate': { value: one, unit: 'per second' },
    'network.provers.two': { value: two / one, unit: 'of one worker' },
    'network.provers.three': { value: three / one, unit: 'of one worker' },
    ...(await queue.killed()),
  };
}

async function nativeRatios(): Promise<Record<string, Measure>> {
  const [native, snarkjs] = [await medians('native'), await medians('snarkjs')];
  return {
    'network.provers.native.one': { value: snarkjs.one / native.one, unit: 'times' },
    'network.provers.native.sixteen': { value: snarkjs.sixteen / native.sixteen, unit: 'times' },
  };
}

async function medians(engine: 'native' | 'snarkjs'): Promise<{ one: number; sixteen: number }> {
  await using prover = new ProverProcess(engine);
  return { one: await prover.median('AssetState1', 1, 7), sixteen: await prover.median('AssetState16', PLACES, 3) };
}

/** The node's side of a queue, with workers started as they are wanted. */
class Queue {
  readonly #prover: QueuedProver;
  readonly #server: NatsServer;
  #records = 0;

  constructor(prover: QueuedProver, server: NatsServer) {
    this.#prover = prover;
    this.#server = server;
  }

  /** Records proven per second by so many workers, each on one core. */
  async rate(workers: number): Promise<number> {
    await using ends = new AsyncDisposableStack();
    for (let place = 0; place < workers; place += 1) {
      const prefix = onCore(place % availableParallelism());
      ends.use(await ProofWorker.start(`worker-${workers}-${place}`, this.#server, { prefix }));
    }
    await Promise.all(Array.from({ length: workers }, () => this.#prove()));
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: PROOFS }, () => this.#prove()));
    return (PROOFS * PLACES) / ((performance.now() - startedAt) / 1_000);
  }

  /** Of two workers the one that took the job is killed in the middle of it. */
  async killed(): Promise<Record<string, Measure>> {
    await using left = await ProofWorker.start('left', this.#server, { prefix: onCore(0) });
    await using right = await ProofWorker.start('right', this.#server, { prefix: onCore(0) });
    const proving = this.#prove();
    const taken = async (worker: ProofWorker): Promise<ProofWorker> => {
      await worker.said('proving');
      return worker;
    };
    const doomed = await Promise.race([taken(left), taken(right)]);
    await doomed.end('SIGKILL');
    const killedAt = performance.now();
    await proving;
    const seconds = (performance.now() - killedAt) / 1_000;
    const { deliveryCount } = await (doomed === left ? right : left).said('proven');
    return {
      'network.provers.killed': { value: z.number().parse(deliveryCount), unit: 'deliveries' },
      'network.provers.killed.seconds': { value: seconds, unit: 'seconds' },
    };
  }

  /** Sixteen records that were not proven before. */
  async #prove(): Promise<void> {
    const first = this.#records;
    this.#records += PLACES;
    await this.#prover.prove(
      PACKED_POLICY,
      Array.from({ length: PLACES }, (_, place) => statementAt(first + place)),
    );
  }
}

/** Keeps a worker and all its threads on one core, so that workers do not take each other's. */
function onCore(core: number): readonly string[] {
  return process.platform === 'linux' ? ['taskset', '-c', String(core)] : [];
}
