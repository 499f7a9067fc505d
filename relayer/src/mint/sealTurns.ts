import type { LaneStanding } from '../lanes.ts';
import { rankOf } from '../rank.ts';

interface Options {
  /** This node's name, and those of all nodes that may seal the lanes of its org. */
  readonly node: string;
  readonly sealers: readonly string[];
  /** How long a lane on which something is due may stand still before the next sealer acts, times its rank. */
  readonly sealDelayMs: number;
}

/** Epochs that follow one another. */
interface Row {
  readonly from: bigint;
  readonly through: bigint;
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
  /** By lane, the last epochs that this node sealed since its start. */
  readonly #own = new Map<bigint, Row>();
  /** By lane, the epoch that it is sealing. */
  readonly #inHand = new Map<bigint, bigint>();

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
    if (rank === 0 || this.#own.get(laneId)?.through === sealed) return true;
    const known = this.#stills.get(laneId);
    const still = known?.sealed === sealed ? known : { sealed, sinceMs: this.#clock() };
    this.#stills.set(laneId, still);
    return this.#clock() - still.sinceMs >= rank * this.#options.sealDelayMs;
  }

  /** Whoever seals an epoch asks for its endorsements at once. @returns this node's place in the turn to do so */
  endorseRank(laneId: bigint, epoch: bigint): number {
    const own = this.#own.get(laneId);
    const isOwn = own !== undefined && own.from <= epoch && epoch <= own.through;
    // The event of a seal may be here before the answer to it.
    return isOwn || this.#inHand.get(laneId) === epoch ? 0 : this.rank(laneId);
  }

  /** Seals the lane's next epoch. */
  async seal<Sealed extends { readonly result: { readonly epoch: bigint } }>(
    { laneId, sealed }: LaneStanding,
    seal: () => Promise<Sealed>,
  ): Promise<Sealed> {
    this.#inHand.set(laneId, sealed + 1n);
    try {
      const done = await seal();
      this.#sealed(laneId, done.result.epoch);
      return done;
    } finally {
      this.#inHand.delete(laneId);
    }
  }

  /** Nothing is due on the lane. */
  rest(laneId: bigint): void {
    this.#stills.delete(laneId);
  }

  #sealed(laneId: bigint, epoch: bigint): void {
    const own = this.#own.get(laneId);
    this.#own.set(laneId, { from: own?.through === epoch - 1n ? own.from : epoch, through: epoch });
  }
}

export function sealRank(options: Pick<Options, 'node' | 'sealers'>, laneId: bigint): number {
  return rankOf(options.node, options.sealers, `seal/${laneId}`);
}
