import type { Hex } from '@twinspan/protocol';
import type { Wallet } from '../chains/wallet.ts';
import type { Job } from '../db/jobQueue.ts';
import { laneKey } from '../db/keys.ts';
import type { AtEpoch, Tables } from '../db/tables.ts';
import type { Lanes, LaneStanding } from '../lanes.ts';
import { deliveryTurn, rankOf } from '../rank.ts';
import type { MintOptions } from './modules.ts';
import type { Pauses } from './pauses.ts';

/** Another carrier's delivery in the pool is trusted to be mined for so long, counted from when the own turn came. */
const POOL_WAIT_MS = 60_000;
/** How soon such a lane is looked at again. */
const LOOK_AGAIN_MS = 1_000;

interface Modules {
  readonly tables: Tables;
  readonly lanes: Lanes;
  readonly wallet: Wallet;
  readonly pauses: Pauses;
  readonly clock: () => number;
}

type Options = Pick<MintOptions, 'node' | 'carriers' | 'carryDelayMs' | 'maxInFlight'>;

/** What of a lane this carrier has on its way: an unbroken row behind the delivered epochs. */
export interface Flight {
  /** The last epoch of the row; the delivered one when nothing is on its way. */
  readonly through: bigint;
  /** The key that sent it. */
  readonly sender: Hex | undefined;
}

/** Says which lane's next epoch is to be carried now, one epoch of a lane at a time and the lanes in turn. */
export class DeliveryTurns {
  readonly #options: Options;
  readonly #modules: Modules;
  readonly #busy = new Set<bigint>();
  readonly #resting = new Map<bigint, number>();
  /** By lane, the last epoch that this node sent since its start. */
  readonly #carried = new Map<bigint, bigint>();
  #last: bigint | undefined;

  constructor(options: Options, modules: Modules) {
    this.#options = options;
    this.#modules = modules;
  }

  /** The lane is taken until `done`. */
  take(): Job<AtEpoch> | undefined {
    if (this.#modules.tables.queues.deliver.size === 0) return undefined;
    for (const lane of this.#inTurn()) {
      const job = this.#nextOf(lane);
      if (job === undefined) continue;
      this.#busy.add(lane.laneId);
      this.#last = lane.laneId;
      return job;
    }
    return undefined;
  }

  done(laneId: bigint): void {
    this.#busy.delete(laneId);
  }

  carried({ laneId, epoch }: AtEpoch): void {
    this.#carried.set(laneId, epoch);
  }

  flight({ laneId, delivered }: LaneStanding): Flight {
    const { confirmMint } = this.#modules.tables.queues;
    let sender: Hex | undefined;
    for (let through = delivered; ; through++) {
      const job = confirmMint.get(laneKey(laneId, through + 1n));
      if (job === undefined) return { through, sender };
      sender = job.body.sentAs?.sender;
    }
  }

  /** Whether another carrier may be at work on the lane: unless the last delivery was ours and nothing has stood still since. */
  isContested(job: Job<AtEpoch>, lane: LaneStanding): boolean {
    const { tables, clock } = this.#modules;
    const last = tables.queues.confirmMint.get(laneKey(lane.laneId, lane.delivered));
    const isOurs = last?.body.sentAs !== undefined && this.#rank(job) === 0;
    return !isOurs || clock() >= standingSinceMs(job, lane) + this.#options.carryDelayMs;
  }

  /** Another carrier's delivery is in the pool: leaves the lane alone for a while. @returns false when that took too long */
  yieldTo(job: Job<AtEpoch>, lane: LaneStanding): boolean {
    const nowMs = this.#modules.clock();
    if (nowMs >= this.#turnMs(job, lane) + POOL_WAIT_MS) return false;
    this.#resting.set(lane.laneId, nowMs + LOOK_AGAIN_MS);
    return true;
  }

  #nextOf(lane: LaneStanding): Job<AtEpoch> | undefined {
    const { tables, wallet, pauses, clock } = this.#modules;
    if (this.#busy.has(lane.laneId)) return undefined;
    const { through, sender } = this.flight(lane);
    if (through - lane.delivered >= BigInt(this.#options.maxInFlight)) return undefined;
    if (pauses.holdsBack(lane.laneId, through + 1n)) return undefined;
    const job = tables.queues.deliver.get(laneKey(lane.laneId, through + 1n));
    if (job === undefined || job.parked !== undefined || job.notBeforeMs > clock()) return undefined;
    const dueMs = Math.max(this.#turnMs(job, lane), this.#resting.get(lane.laneId) ?? 0);
    return clock() >= dueMs && wallet.forLane(lane.laneId, sender) !== undefined ? job : undefined;
  }

  /** When this node's turn comes: at once, or so many delays after the lane last moved. */
  #turnMs(job: Job<AtEpoch>, lane: LaneStanding): number {
    const delays = this.#hasTakenOver(job, lane) ? 0 : this.#rank(job);
    return standingSinceMs(job, lane) + delays * this.#options.carryDelayMs;
  }

  /** A carrier that acts in another's place need not wait again for each epoch of the turn, until the other delivers. */
  #hasTakenOver({ body }: Job<AtEpoch>, { laneId, delivered }: LaneStanding): boolean {
    const carried = this.#carried.get(laneId);
    if (carried === undefined || carried < delivered) return false;
    return deliveryTurn(laneId, carried) === deliveryTurn(laneId, body.epoch);
  }

  #rank({ body }: Job<AtEpoch>): number {
    const { node, carriers } = this.#options;
    return rankOf(node, carriers, deliveryTurn(body.laneId, body.epoch));
  }

  /** All lanes, those behind the last one served first. */
  #inTurn(): LaneStanding[] {
    const lanes = this.#modules.lanes.all();
    const next = lanes.findIndex(({ laneId }) => laneId === this.#last) + 1;
    return [...lanes.slice(next), ...lanes.slice(0, next)];
  }
}

function standingSinceMs(job: Job<AtEpoch>, lane: LaneStanding): number {
  return Math.max(job.addedAtMs, lane.progressedAtMs);
}
