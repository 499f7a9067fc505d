import type { BridgeLane } from '@twinspan/protocol';
import { Wake } from './wake.ts';

/** How far one lane is on both chains, as far as this node has seen. */
export interface LaneStanding {
  readonly laneId: bigint;
  /** MSP id; not known without a gateway. */
  readonly custodian: string | undefined;
  /** Last sealed epoch. */
  readonly sealed: bigint;
  /** Last delivered epoch at the trading chain's tip. */
  readonly delivered: bigint;
  /** When a delivery was last seen, or the lane first. */
  readonly progressedAtMs: number;
}

/** The lanes that lead to this bridge. In memory only: both chains are asked again at every start. */
export class Lanes {
  readonly progress = new Wake();
  readonly #clock: () => number;
  readonly #lanes = new Map<bigint, LaneStanding>();

  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
  }

  get(laneId: bigint): LaneStanding | undefined {
    return this.#lanes.get(laneId);
  }

  all(): LaneStanding[] {
    return [...this.#lanes.values()];
  }

  adopt(
    asset: { readonly laneId: bigint; readonly epoch: bigint; readonly custodian?: string },
    trading: Pick<BridgeLane, 'epoch'>,
  ): LaneStanding {
    const { laneId, custodian, epoch } = asset;
    const progressedAtMs = this.#lanes.get(laneId)?.progressedAtMs ?? this.#clock();
    const lane = { laneId, custodian, sealed: epoch, delivered: trading.epoch, progressedAtMs };
    this.#lanes.set(laneId, lane);
    this.progress.ring();
    return lane;
  }

  sealed(laneId: bigint, epoch: bigint): void {
    const lane = this.#lanes.get(laneId);
    if (lane !== undefined && epoch > lane.sealed) this.#lanes.set(laneId, { ...lane, sealed: epoch });
    this.progress.ring();
  }

  delivered(laneId: bigint, epoch: bigint): void {
    const lane = this.#lanes.get(laneId);
    if (lane === undefined || epoch <= lane.delivered) return;
    this.#lanes.set(laneId, { ...lane, delivered: epoch, progressedAtMs: this.#clock() });
    this.progress.ring();
  }

  /** After a reorganization a delivery may be gone. */
  rewind(laneId: bigint, epoch: bigint): void {
    const lane = this.#lanes.get(laneId);
    if (lane !== undefined) this.#lanes.set(laneId, { ...lane, delivered: epoch });
    this.progress.ring();
  }

  undelivered(): number {
    return this.all().reduce((sum, lane) => sum + Number(lane.sealed - lane.delivered), 0);
  }
}
