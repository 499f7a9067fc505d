import type { Fault, Hex } from '@twinspan/protocol';
import { Wake } from './wake.ts';

/** Where the trading chain is, as the feed last applied it. Stages that follow blocks wait on their own bell. */
export class Heads {
  /** Newest block whose events are applied. */
  latest = 0n;
  /** Newest final block. It never goes back. */
  final = 0n;
  finalHash: Hex | undefined;
  /** Counts what could change an answer: new blocks, new finality, a reorganization. */
  version = 0;
  /** Why nothing may be attested now, if anything: the chain has taken back what it had called final. */
  distrust: Fault | undefined;
  readonly #bells: Wake[] = [];

  bell(): Wake {
    const bell = new Wake();
    this.#bells.push(bell);
    return bell;
  }

  move(latest: bigint, final: bigint, finalHash?: Hex): void {
    this.latest = latest;
    if (final > this.final) {
      this.final = final;
      this.finalHash = finalHash;
    }
    this.version += 1;
    for (const bell of this.#bells) bell.ring();
  }
}
