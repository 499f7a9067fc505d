import type { LaneStanding } from '../lanes.ts';
import { rankOf } from '../rank.ts';

interface Options {
  /** This node's name, and those of all nodes that may seal the lanes of its org. */
  readonly node: string;
  readonly sealers: readonly string[];
  /** How long a lane on which something is due may stand still before the next sealer acts, times its rank. */
  readonly sealDelayMs: number;
}

interface Still {
  readonly sealed: bigint;
  readonly sinceMs: number;
}

/**
 * Which of an org's nodes seals a lane: the first in turn at once, the next one when the lane stands still although
 * something is due. Two that seal at once do no harm, since the ledger lets one of them through.
 */
export class SealTurns {
  readonly #options: Options;
  readonly #clock: () => number;
  readonly #stills = new Map<bigint, Still>();
  /** By lane, the last epoch that this node sealed since its start. */
  readonly #own = new Map<bigint, bigint>();

  constructor(options: Options, clock: () => number) {
    this.#options = options;
    this.#clock = clock;
  }

  /** This node's place in the turn for a lane; 0 seals at once. */
  rank(laneId: bigint): number {
    return sealRank(this.#options, laneId);
  }

  /** Something is due on the lane: whether it is for this node to seal it now. */
  isOurs({ laneId, sealed }: LaneStanding): boolean {
    const rank = this.rank(laneId);
    // Whoever acts in another's place need not wait again for each epoch, until the other seals.
    if (rank === 0 || this.#own.get(laneId) === sealed) return true;
    const known = this.#stills.get(laneId);
    const still = known?.sealed === sealed ? known : { sealed, sinceMs: this.#clock() };
    this.#stills.set(laneId, still);
    return this.#clock() - still.sinceMs >= rank * this.#options.sealDelayMs;
  }

  sealed(laneId: bigint, epoch: bigint): void {
    this.#own.set(laneId, epoch);
  }

  /** Nothing is due on the lane. */
  rest(laneId: bigint): void {
    this.#stills.delete(laneId);
  }
}

export function sealRank(options: Pick<Options, 'node' | 'sealers'>, laneId: bigint): number {
  return rankOf(options.node, options.sealers, `seal/${laneId}`);
}
