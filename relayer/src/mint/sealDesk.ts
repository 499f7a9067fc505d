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
/** Batches over which the size of one is averaged. */
const SMOOTHING = 8;
/** Before anything is known: some pages more for lone locks, no page that is far too large for full batches. */
const PRESUMED_PER_BATCH = 8;
/** Chaincode's own limit for a page. */
const MOST_BATCHES = 200;
/** A lane on which nothing waits is read again after so long: the net under an announcement that was missed. */
const LOOK_AGAIN_MS = 30_000;

interface Desk {
  waitingLocks: number;
  /** Ever. */
  announced: number;
  /** When the chain was last read to its end. */
  clearedAtMs: number;
  /** Locks that came in one transaction of late. */
  perBatch: number;
  /** The lane's next message when last heard of. */
  nextMessage: bigint | undefined;
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
    desk.perBatch += (count - desk.perBatch) / SMOOTHING;
    if (desk.waitingLocks === 0) desk.waitingSinceMs = this.#clock();
    desk.waitingLocks += count;
    desk.announced += count;
    this.wake.ring();
  }

  /** All messages before this one are sealed, whoever did it; locks that came in the meantime stay counted. */
  sealedThrough(laneId: bigint, nextMessage: bigint): void {
    const desk = this.#desk(laneId);
    const before = (desk.nextMessage ??= nextMessage);
    if (nextMessage <= before) return;
    desk.nextMessage = nextMessage;
    const left = desk.waitingLocks - Number(nextMessage - before);
    // More was sealed than was counted: then the chain has to be read.
    desk.waitingLocks = left < 0 ? 1 : left;
    desk.waitingSinceMs = this.#clock();
    this.wake.ring();
  }

  /** Locks ever announced; taken before a read for {@link cleared}. */
  announced(laneId: bigint): number {
    return this.#desk(laneId).announced;
  }

  /** The chain was read to its end: only what was announced since then still waits. */
  cleared(laneId: bigint, announcedThen: number): void {
    const desk = this.#desk(laneId);
    desk.waitingLocks = desk.announced - announcedThen;
    desk.clearedAtMs = this.#clock();
    this.wake.ring();
  }

  /** More locks wait than one epoch took: what is not counted is presumed to fill another. */
  overflowed(laneId: bigint): void {
    const desk = this.#desk(laneId);
    if (desk.waitingLocks <= 1) desk.waitingLocks = FULL_EPOCH;
    this.wake.ring();
  }

  waiting(laneId: bigint): number {
    return this.#desk(laneId).waitingLocks;
  }

  /** Batches to read so that about so many locks come. */
  pageSize(laneId: bigint, locks: number): number {
    const perBatch = Math.max(1, this.#desk(laneId).perBatch);
    return Math.min(MOST_BATCHES, Math.ceil(locks / perBatch));
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
    if (desk.waitingLocks === 0 && this.#clock() - desk.clearedAtMs > LOOK_AGAIN_MS) this.locked(lane.laneId, 1);
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
      announced: 0,
      clearedAtMs: nowMs,
      perBatch: PRESUMED_PER_BATCH,
      nextMessage: undefined,
      waitingSinceMs: nowMs,
      dirty,
      dirtySinceMs: nowMs,
      isDirtyStale: true,
    };
    this.#desks.set(laneId, desk);
    return desk;
  }
}
