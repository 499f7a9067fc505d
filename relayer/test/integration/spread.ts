import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NatsServer, ProofWorker, until } from '@twinspan/devnet';
import type { Policy } from '@twinspan/protocol';
import { accountFrom } from '@twinspan/sdk';
import type { TopologyNode } from '@twinspan/relayer';
import { createPublicClient, http } from 'viem';
import { deliveryTurn, rankOf } from '../../src/rank.ts';
import { openRig } from './rig.ts';
import type { Rig } from './rig.ts';

const KEYS = join(import.meta.dirname, '../../../.cache/circuits');
/** A worker that is killed is missed after so long. */
const ACK_WAIT_MS = 1_500;
/** Short turns, so that the test is short. */
const mint = { carryDelayMs: 2_000 };
const LANES_EACH = 2;

/** The accounts that each carrier pays with. */
export const CARRIERS: Readonly<Record<string, readonly string[]>> = {
  'carrier-1': ['carrier1', 'carrier2'],
  'carrier-2': ['carrier3', 'carrier4'],
};

const topology: readonly TopologyNode[] = [
  {
    ...{ node: 'custodian', operator: 'custodian', org: 'custodian', account: 'attestor1' },
    roles: ['gateway', 'prover', 'attestor'],
  },
  { node: 'registry', operator: 'registry', roles: ['attestor'], account: 'attestor2' },
  ...Object.entries(CARRIERS).map(([node, carriers], place): TopologyNode => {
    return { node, operator: node, roles: ['carrier'], carriers, account: `carrier${7 + place}` };
  }),
];

/** The carrier that takes a lane up when all are there. */
export function leaderOf(laneId: bigint): string {
  const carriers = Object.keys(CARRIERS);
  const turn = deliveryTurn(laneId, 1n);
  return carriers.find((node) => rankOf(node, carriers, turn) === 0) ?? assert.fail();
}

/** Which of these accounts are the carrier's. */
export function keysOf(carrier: string, names: Iterable<string>): string[] {
  return [...names].filter((name) => CARRIERS[carrier]?.includes(name));
}

/** Lanes of which each carrier leads as many. */
async function lanesForEach(open: () => Promise<bigint>): Promise<readonly bigint[]> {
  const lanes = new Map(Object.keys(CARRIERS).map((node) => [node, [] as bigint[]]));
  while ([...lanes.values()].some(({ length }) => length < LANES_EACH)) {
    const laneId = await open();
    lanes.get(leaderOf(laneId))?.push(laneId);
  }
  return [...lanes.values()].flatMap((led) => led.slice(0, LANES_EACH));
}

/**
 * A running bridge in which what grows is spread: lanes over two carriers with two keys each, proofs over two workers
 * behind a broker, each org over two peers. The custodian's one node seals, proves and releases.
 */
export class Spread implements AsyncDisposable {
  readonly rig: Rig;
  readonly broker: NatsServer;
  /** Those that were not killed. */
  workers: readonly ProofWorker[];
  readonly #ends: AsyncDisposableStack;
  #locked = 0n;
  #redeemed = 0n;

  private constructor(rig: Rig, broker: NatsServer, workers: readonly ProofWorker[], ends: AsyncDisposableStack) {
    this.rig = rig;
    this.broker = broker;
    this.workers = workers;
    this.#ends = ends;
  }

  static async open(portOffset: number): Promise<Spread> {
    await using ends = new AsyncDisposableStack();
    const broker = ends.use(await NatsServer.start());
    const queue = { ...broker.brokerPart('node'), verificationKeys: KEYS, ackWaitMs: ACK_WAIT_MS };
    const nodes = { topology, finality: { depth: 1 }, prover: { queue }, overrides: { mint } };
    const records = LANES_EACH * Object.keys(CARRIERS).length;
    const workers = await Promise.all(['worker-1', 'worker-2'].map((name) => ProofWorker.start(name, broker)));
    for (const worker of workers) ends.use(worker);
    const rig = ends.use(await openRig(records, { portOffset, profile: { peers: 2 }, nodes, lanes: lanesForEach }));
    return new Spread(rig, broker, workers, ends.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ends.disposeAsync();
  }

  /** Two locks on every lane at once. */
  async lock(): Promise<void> {
    await Promise.all([...this.rig.records.keys()].map((place) => this.rig.lock(2, place)));
    this.#locked += 2n * BigInt(this.rig.records.length);
  }

  async redeem(): Promise<void> {
    await this.rig.redeem(1n);
    this.#redeemed += 1n;
  }

  /** Until all that was locked is across. */
  async delivered(): Promise<void> {
    await this.rig.delivered(this.#locked);
  }

  /** Until all that was redeemed is home. */
  async home(): Promise<void> {
    await this.rig.home(this.#redeemed);
  }

  async across(): Promise<void> {
    await this.lock();
    await this.delivered();
  }

  async back(): Promise<void> {
    await this.redeem();
    await this.home();
  }

  async balances(): Promise<void> {
    await this.delivered();
    await this.home();
    await this.rig.balances(this.#locked, this.#redeemed);
  }

  blockNow(): Promise<bigint> {
    return this.rig.venue.trading.blockNumber();
  }

  /** By lane, the accounts that delivered its epochs from a block on. */
  async sendersSince(fromBlock: bigint): Promise<ReadonlyMap<bigint, ReadonlySet<string>>> {
    const { description } = this.rig.bridge.network;
    const client = createPublicClient({ transport: http(description.trading.rpcUrl) });
    const nameOf = new Map(
      Object.values(CARRIERS)
        .flat()
        .map((name) => [accountFrom(description, name).address.toLowerCase(), name]),
    );
    const senders = new Map<bigint, Set<string>>();
    const span = { fromBlock, toBlock: await this.blockNow() };
    for await (const event of this.rig.venue.trading.bridgeEvents(span, ['EpochDelivered'])) {
      if (event.name !== 'EpochDelivered') continue;
      const { from } = await client.getTransaction({ hash: event.txHash });
      const known = senders.get(event.laneId) ?? new Set();
      senders.set(event.laneId, known.add(nameOf.get(from.toLowerCase()) ?? from));
    }
    return senders;
  }

  /** The value of a series of a node's metrics; undefined while there is none. */
  async metric(node: string, series: RegExp): Promise<number | undefined> {
    const text = await (await fetch(`${this.rig.node(node).httpUrl}/metrics`)).text();
    const line = text.split('\n').find((one) => series.test(one));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  }

  /** Until the custodian's node says of its org's first peer that it answers, or that it does not. */
  async firstPeerIs(state: 'there' | 'gone'): Promise<void> {
    const up = state === 'there' ? 1 : 0;
    await until(`the first peer to be ${state}`, async () =>
      (await this.metric('custodian', /^bridge_endpoint_up\{endpoint="peer 1 /)) === up ? true : undefined,
    );
  }

  /** The jobs that a worker has begun, each with how often it had been handed out by then. */
  begun({ lines }: ProofWorker): readonly { readonly jobId: unknown; readonly deliveryCount: unknown }[] {
    return lines.filter(({ msg }) => msg === 'proving').map(({ jobId, deliveryCount }) => ({ jobId, deliveryCount }));
  }

  /** Another policy: every record needs another backing. @returns a worker that is in the middle of one of them */
  async askForBackings(change: Partial<Policy>): Promise<ProofWorker> {
    const { trading } = this.rig.venue;
    const before = this.workers.map((worker) => this.begun(worker).length);
    const { policy } = await trading.policy();
    await (await trading.setPolicy({ ...policy, ...change })).confirmed();
    const isAtWork = (worker: ProofWorker, place: number): boolean =>
      this.begun(worker).length > (before[place] ?? 0) && !this.hasProven(worker, this.begun(worker).at(-1)?.jobId);
    // A proof is a matter of a tenth of a second.
    return until('a worker to begin', () => Promise.resolve(this.workers.find(isAtWork)), { everyMs: 5 });
  }

  hasProven({ lines }: ProofWorker, job: unknown): boolean {
    return lines.some(({ msg, jobId }) => msg === 'proven' && jobId === job);
  }

  /** Until every record has a backing under the policy of now. */
  async backed(): Promise<void> {
    for (const { commitment } of this.rig.records) {
      await until('a backing under the policy of now', () => this.rig.venue.trading.backing(commitment));
    }
  }

  /** Takes the second peer out of the configuration of the custodian's node, which starts again. */
  async leaveOnePeer(): Promise<void> {
    const file = join(this.rig.bridge.network.directory, 'nodes', 'custodian.json');
    const config = JSON.parse(readFileSync(file, 'utf8')) as { gateway: { peers: object[] } };
    const gateway = { ...config.gateway, peers: config.gateway.peers.slice(0, 1) };
    writeFileSync(file, JSON.stringify({ ...config, gateway }));
    await this.rig.node('custodian').child.restart();
  }
}
