import { request } from 'node:http';
import type { CommitPoint } from '../../src/db/commitPoints.ts';

/** What the people who run a node tell it on its local socket. */
export class Orders {
  readonly #socketPath: string;
  readonly #laneId: bigint;
  #hasPaused = false;

  constructor(socketPath: string, laneId: bigint) {
    this.#socketPath = socketPath;
    this.#laneId = laneId;
  }

  /** Has the node write this batch if an order makes it; one that does not hear is told again by the next call. */
  async give(point: CommitPoint): Promise<void> {
    if (point === 'admin/rouse') await this.#post('/v1/jobs/retry', { queue: 'retry' });
    if (point !== 'admin/pause') return;
    this.#hasPaused = true;
    await this.#post(`/v1/lanes/${this.#laneId}/pause`, { reason: 'a test of deaths' });
  }

  /** Lets the lane go on, should the node have kept its pause. */
  async takeBack(): Promise<void> {
    if (!this.#hasPaused) return;
    await this.#post(`/v1/lanes/${this.#laneId}/resume`);
    this.#hasPaused = false;
  }

  /** The node may be about to start, or to die of it. */
  async #post(path: string, body?: object): Promise<void> {
    await new Promise<void>((resolve) => {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' };
      const sent = request(
        { socketPath: this.#socketPath, path, method: 'POST', headers, timeout: 2_000 },
        (answer) => {
          answer.resume().once('close', resolve);
        },
      );
      sent
        .once('timeout', () => sent.destroy())
        .once('error', () => {
          resolve();
        });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
