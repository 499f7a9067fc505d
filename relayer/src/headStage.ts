import type { Hex } from '@twinspan/protocol';
import type { JobQueue } from './db/jobQueue.ts';
import type { Heads } from './heads.ts';
import type { Stage } from './stage.ts';

export interface Head {
  readonly latest: bigint;
  readonly final: bigint;
  readonly finalHash: Hex | undefined;
  readonly version: number;
}

interface Options<Body> {
  readonly name: string;
  readonly queue: JobQueue<Body>;
  readonly heads: Heads;
  readonly idleMs: number;
  /** Looks at every row of the queue as of this head. */
  run(head: Head, signal: AbortSignal): Promise<void>;
}

/** A stage that looks at all its rows once per block: what it waits for is the chain. */
export function headStage<Body>(options: Options<Body>): Stage<Head> {
  const { heads, queue } = options;
  let seen = -1;
  return {
    name: options.name,
    wake: heads.bell(),
    idleMs: options.idleMs,
    next: () => {
      const isNews = heads.version !== seen && heads.version > 0 && queue.size > 0;
      if (!isNews) return Promise.resolve(undefined);
      const { latest, final, finalHash, version } = heads;
      return Promise.resolve({ latest, final, finalHash, version });
    },
    run: async (head, signal) => {
      await options.run(head, signal);
      seen = head.version;
    },
    // The next head is the next attempt; the rows themselves are durable.
    postpone: (head) => {
      seen = head.version;
      return Promise.resolve();
    },
    park: (head) => {
      seen = head.version;
      return Promise.resolve();
    },
    transferId: (head) => `head/${head.latest}`,
    load: () => queue.measure(),
  };
}
