import type { Lanes } from '../../lanes.ts';
import type { LaneHint } from './protocol.ts';

/** Lanes of one peer's answer that are unknown here and asked for, at a time. */
const MOST_UNKNOWN = 64;

/** What peers said of lanes when they were last asked, and nothing older; bounded for each peer, so that none crowds out another. */
export class Hearsay {
  readonly #lanes: Pick<Lanes, 'get'>;
  #hints: readonly LaneHint[] = [];
  #rounds = 0;

  constructor(lanes: Pick<Lanes, 'get'>) {
    this.#lanes = lanes;
  }

  /** @param answers one a peer */
  replace(answers: readonly (readonly LaneHint[])[]): void {
    this.#hints = answers.flatMap((answer) => [
      ...answer.filter((hint) => this.#isKnown(hint)),
      ...this.#share(answer),
    ]);
    this.#rounds += 1;
  }

  /** The highest epoch that anybody names of each lane. */
  highest(): ReadonlyMap<bigint, bigint> {
    const highest = new Map<bigint, bigint>();
    for (const { laneId, epoch } of this.#hints) if (epoch > (highest.get(laneId) ?? -1n)) highest.set(laneId, epoch);
    return highest;
  }

  /** In each peer's own words: who names an epoch that nobody has must not hide the one that others have. */
  unknown(): readonly LaneHint[] {
    return this.#hints.filter((hint) => !this.#isKnown(hint));
  }

  /** How many lanes are said to be further than is known here. */
  news(): number {
    return [...this.highest()].filter(([laneId, epoch]) => epoch > (this.#lanes.get(laneId)?.sealed ?? -1n)).length;
  }

  /** Of more than a share each answer gives another part, so that the first ones do not stand for all of them for ever. */
  #share(answer: readonly LaneHint[]): readonly LaneHint[] {
    const unknown = answer.filter((hint) => !this.#isKnown(hint));
    const start = unknown.length <= MOST_UNKNOWN ? 0 : (this.#rounds * MOST_UNKNOWN) % unknown.length;
    return [...unknown.slice(start), ...unknown.slice(0, start)].slice(0, MOST_UNKNOWN);
  }

  #isKnown({ laneId }: LaneHint): boolean {
    return this.#lanes.get(laneId) !== undefined;
  }
}
