import { faults } from '@twinspan/protocol';
import { asFault } from '../asFault.ts';

/** One thing that was looked at before a start. */
export interface Finding {
  /** What was looked at, for instance `trading.endpoints[0].finality`. */
  readonly check: string;
  readonly ok: boolean;
  /** What was found. */
  readonly sentence: string;
  /** What to do; only when it is not ok. */
  readonly next?: string;
}

/** Something is not as it must be, and what to do about it. */
export class Amiss extends Error {
  readonly next: string;

  constructor(sentence: string, next: string) {
    super(sentence);
    this.next = next;
  }
}

/** Looks at one thing; whatever goes wrong is the finding. @param ask answers with what is so */
export async function look(check: string, ask: () => string | Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, sentence: await ask() };
  } catch (error) {
    if (error instanceof Amiss) return { check, ok: false, sentence: error.message, next: error.next };
    const { code, sentence } = asFault(error);
    return { check, ok: false, sentence: `${code}: ${sentence}`, next: faults[code].advice };
  }
}
