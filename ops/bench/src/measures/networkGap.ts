import { setTimeout as pause } from 'node:timers/promises';
import { startBridge, withoutSinglePoint } from '@twinspan/devnet';
import type { BridgeNode, BridgeOptions } from '@twinspan/devnet';
import type { Measure, SupplyRow } from '@twinspan/report';
import { ACCOUNT, randomAddress, setScene, suppliesOf, waitFor, type Scene } from '../scene.ts';

const RECORDS = 4;
/** The configuration's own, in seconds. */
const RANK_DELAY = 5;
const BATCH = 10;
const LOCK_EVERY_MS = 200;
const LOOK_EVERY_MS = 25;
/** How long a node is missing, and how long the load runs before and after. */
const MISSING_MS = 20_000;
const SETTLED_MS = 3_000;

interface Seen {
  readonly measures: Record<string, Measure>;
  readonly supply: SupplyRow[];
}

/**
 * Under a steady load every node is killed in turn, is missing for a while and comes back: the longest time in which
 * nothing was delivered. The network is the least in which any node may be missing.
 */
export async function networkGap(options: BridgeOptions): Promise<Seen> {
  await using bridge = await startBridge({ ...options, nodes: { topology: withoutSinglePoint } });
  using scene = await setScene(bridge, RECORDS);
  const load = new Load(scene);
  const gaps: Record<string, number> = {};
  for (const node of bridge.nodes) gaps[node.node] = await gapWithout(node, scene);
  const locked = await load.end();
  await waitFor('the last mint', async () => (await scene.venue.bridgeLane(scene.laneId)).nextMessage >= locked);
  const measures = Object.fromEntries(
    Object.entries(gaps).map(([name, value]) => [`network.gap.${name}`, { value, unit: 'seconds' }]),
  );
  const longest = Math.max(...Object.values(gaps));
  return {
    measures: { 'network.gap': { value: longest / RANK_DELAY, unit: 'rank delays' }, ...measures },
    supply: await suppliesOf(scene),
  };
}

/** Seconds. */
async function gapWithout({ child }: BridgeNode, scene: Scene): Promise<number> {
  const watch = new Watch(scene);
  await pause(SETTLED_MS);
  await child.kill('SIGKILL');
  await pause(MISSING_MS);
  await child.restart();
  await pause(SETTLED_MS);
  return watch.end();
}

/** The longest time without a delivery. */
class Watch {
  #longestMs = 0;
  #isEnded = false;
  readonly #running: Promise<void>;

  constructor(scene: Scene) {
    this.#running = this.#look(scene);
  }

  async end(): Promise<number> {
    this.#isEnded = true;
    await this.#running;
    return this.#longestMs / 1000;
  }

  async #look({ venue, laneId }: Scene): Promise<void> {
    let delivered = 0n;
    let sinceMs = performance.now();
    while (!this.#isEnded) {
      const { nextMessage } = await venue.bridgeLane(laneId);
      const nowMs = performance.now();
      this.#longestMs = Math.max(this.#longestMs, nowMs - sinceMs);
      if (nextMessage > delivered) sinceMs = nowMs;
      delivered = nextMessage;
      await pause(LOOK_EVERY_MS);
    }
  }
}

/** A batch of locks at a time, at a steady pace. */
class Load {
  #locked = 0n;
  #isEnded = false;
  readonly #running: Promise<void>;

  constructor(scene: Scene) {
    this.#running = this.#lock(scene);
  }

  /** @returns how many locks there were */
  async end(): Promise<bigint> {
    this.#isEnded = true;
    await this.#running;
    return this.#locked;
  }

  async #lock({ custodian, laneId, records }: Scene): Promise<void> {
    for (let turn = 0; !this.#isEnded; turn += 1) {
      const rightsId = records[turn % records.length]?.rightsId ?? '0x';
      const one = { rightsId, account: ACCOUNT, units: 1n, reference: 'gap' };
      const locks = Array.from({ length: BATCH }, () => ({ ...one, recipient: randomAddress() }));
      await custodian.lock(laneId, locks);
      this.#locked += BigInt(BATCH);
      await pause(LOCK_EVERY_MS);
    }
  }
}
