import type { Job } from '../db/jobQueue.ts';
import type { AtMessage, Tables } from '../db/tables.ts';
import { rankOf } from '../rank.ts';
import type { MintOptions } from './modules.ts';

interface Modules {
  readonly tables: Tables;
  readonly clock: () => number;
}

/** How long a carrier leaves a message that can be minted to those before it in turn, however often it is roused meanwhile. */
export class RetryTurns {
  readonly #options: Pick<MintOptions, 'node' | 'carriers' | 'carryDelayMs'>;
  readonly #modules: Modules;
  /** By job, when the reason for holding the message was first seen gone. */
  readonly #goneSinceMs = new Map<string, number>();

  constructor(options: Pick<MintOptions, 'node' | 'carriers' | 'carryDelayMs'>, modules: Modules) {
    this.#options = options;
    this.#modules = modules;
  }

  /** The message can be minted. @returns 0 when it is for this node to have that done now, otherwise milliseconds */
  waitMs(job: Job<AtMessage>): number {
    const { node, carriers, carryDelayMs } = this.#options;
    const rank = rankOf(node, carriers, `retry/${job.id}`);
    if (rank === 0) return 0;
    return Math.max(0, this.#goneSince(job) + rank * carryDelayMs - this.#modules.clock());
  }

  /** The message cannot be minted. */
  isHeld(jobId: string): void {
    this.#goneSinceMs.delete(jobId);
  }

  /** A job that was added since is about a later hold, or about what was sent and came to nothing. */
  #goneSince({ id, addedAtMs }: Job<AtMessage>): number {
    const known = this.#goneSinceMs.get(id);
    if (known !== undefined && known >= addedAtMs) return known;
    const nowMs = this.#modules.clock();
    this.#goneSinceMs.set(id, nowMs);
    this.#forgetEnded();
    return nowMs;
  }

  #forgetEnded(): void {
    const { retry } = this.#modules.tables.queues;
    if (this.#goneSinceMs.size <= retry.size) return;
    for (const id of this.#goneSinceMs.keys()) if (retry.get(id) === undefined) this.#goneSinceMs.delete(id);
  }
}
