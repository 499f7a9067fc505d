import type { AssetChain } from '@twinspan/sdk';
import type { Hex } from '@twinspan/protocol';
import type { LaneStanding } from '../lanes.ts';
import { Wake } from '../wake.ts';
import type { SealView } from './sealDecision.ts';

/** Records whose state differs from the attested one, in the order in which they should be sealed. */
export interface DirtyStates {
  readonly urgent: readonly Hex[];
  readonly quiet: readonly Hex[];
}

const FULL_EPOCH = 256;
/** Chaincode's own limit for a page. */
const MOST_BATCHES = 200;

interface Desk {
  waitingLocks: number;
  /** Transactions that those locks came in, as far as known. */
  waitingBatches: number;
  waitingSinceMs: number;
  dirty: DirtyStates;
  dirtySinceMs: number;
  isDirtyStale: boolean;
}

/**
 * What waits for a seal on each lane. Only hints live here: the locks themselves are read from the chain when a seal is
 * made, so losing this memory loses nothing.
 */
export class SealDesk {
  readonly wake = new Wake();
  readonly #asset: Pick<AssetChain, 'dirty' | 'record'>;
  readonly #clock: () => number;
  readonly #desks = new Map<bigint, Desk>();

  constructor(asset: Pick<AssetChain, 'dirty' | 'record'>, clock: () => number) {
    this.#asset = asset;
    this.#clock = clock;
  }

  /** One more batch of locks was seen. */
  locked(laneId: bigint, count: number): void {
    const desk = this.#desk(laneId);
    desk.waitingBatches += 1;
    if (desk.waitingLocks === 0) desk.waitingSinceMs = this.#clock();
    desk.waitingLocks += count;
    this.wake.ring();
  }

  /** `seen` waiting locks turned out to be `left`; those that came in the meantime stay counted. */
  settled(laneId: bigint, seen: number, left: number): void {
    const desk = this.#desk(laneId);
    const before = desk.waitingLocks;
    desk.waitingLocks = Math.max(0, before - seen) + left;
    desk.waitingBatches = before === 0 ? 0 : Math.ceil((desk.waitingBatches * desk.waitingLocks) / before);
    desk.waitingSinceMs = this.#clock();
    this.wake.ring();
  }

  waiting(laneId: bigint): number {
    return this.#desk(laneId).waitingLocks;
  }

  /** Batches to read so that about one epoch's worth of locks comes. */
  pageSize(laneId: bigint): number {
    const { waitingLocks, waitingBatches } = this.#desk(laneId);
    const perBatch = waitingBatches === 0 ? 1 : Math.max(1, waitingLocks / waitingBatches);
    return Math.min(MOST_BATCHES, Math.ceil(FULL_EPOCH / perBatch) + 1);
  }

  /** Some record, or what was released, changed: the chain is asked before the next decision. */
  touch(laneId: bigint): void {
    const desk = this.#desk(laneId);
    if (!desk.isDirtyStale && desk.dirty.urgent.length + desk.dirty.quiet.length === 0)
      desk.dirtySinceMs = this.#clock();
    desk.isDirtyStale = true;
    this.wake.ring();
  }

  async dirty(laneId: bigint): Promise<DirtyStates> {
    const desk = this.#desk(laneId);
    if (desk.isDirtyStale) {
      desk.isDirtyStale = false;
      try {
        desk.dirty = await this.#readDirty(laneId);
      } catch (error) {
        desk.isDirtyStale = true;
        throw error;
      }
    }
    return desk.dirty;
  }

  async view(lane: LaneStanding): Promise<SealView> {
    const { urgent, quiet } = await this.dirty(lane.laneId);
    const desk = this.#desk(lane.laneId);
    return {
      waitingLocks: desk.waitingLocks,
      waitingSinceMs: desk.waitingSinceMs,
      urgentStates: urgent.length,
      quietStates: quiet.length,
      statesSinceMs: desk.dirtySinceMs,
      inFlight: Number(lane.sealed - lane.delivered),
    };
  }

  async #readDirty(laneId: bigint): Promise<DirtyStates> {
    const urgent: Hex[] = [];
    const quiet: Hex[] = [];
    for await (const { rightsId, isAttested } of this.#asset.dirty(laneId)) {
      // A record that the lane never attested has no units outside: its first lock brings its first state.
      if (!isAttested) continue;
      const record = await this.#asset.record(rightsId);
      (record?.status === 'FROZEN' || record?.status === 'REVOKED' ? urgent : quiet).push(rightsId);
    }
    return { urgent, quiet };
  }

  #desk(laneId: bigint): Desk {
    const known = this.#desks.get(laneId);
    if (known !== undefined) return known;
    const nowMs = this.#clock();
    const dirty = { urgent: [], quiet: [] };
    const desk = {
      waitingLocks: 0,
      waitingBatches: 0,
      waitingSinceMs: nowMs,
      dirty,
      dirtySinceMs: nowMs,
      isDirtyStale: true,
    };
    this.#desks.set(laneId, desk);
    return desk;
  }
}
