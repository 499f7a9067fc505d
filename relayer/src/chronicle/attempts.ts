import type { Fault } from '@twinspan/protocol';

/** One attempt of a stage at one transfer. */
export interface Attempt {
  readonly stage: string;
  readonly transferId: string;
  /** Unix milliseconds. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: 'done' | 'retry' | 'park' | 'halt';
  readonly fault?: Fault | undefined;
}

export type WatchAttempt = (attempt: Attempt) => void;

export interface LastFault {
  readonly stage: string;
  readonly code: string;
  readonly sentence: string;
  readonly atMs: number;
}

/** Transfers whose last fault is remembered. */
const MOST = 1_000;

/** Why transfers last failed; the newest alone, in memory: an attempt that still fails says so again. */
export class LastFaults {
  readonly #faults = new Map<string, LastFault>();

  watch: WatchAttempt = ({ stage, transferId, endedAtMs, fault }) => {
    this.#faults.delete(transferId);
    if (fault === undefined) return;
    this.#faults.set(transferId, { stage, code: fault.code, sentence: fault.sentence, atMs: endedAtMs });
    const [oldest] = this.#faults.keys();
    if (this.#faults.size > MOST && oldest !== undefined) this.#faults.delete(oldest);
  };

  of(transferId: string): LastFault | undefined {
    return this.#faults.get(transferId);
  }
}
