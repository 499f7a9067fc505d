import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { Lanes } from '../../src/lanes.ts';
import { Metrics } from '../../src/metrics.ts';
import { catchUpStage } from '../../src/peers/fetch/catchUp.ts';
import { Hearsay } from '../../src/peers/fetch/hearsay.ts';
import type { LaneHint } from '../../src/peers/fetch/protocol.ts';
import { takeTurn } from '../../src/stage.ts';
import { Wake } from '../../src/wake.ts';

const PACE_MS = 250;
const LIES = 1_024;
const hintsOf = (first: number, count: number, epoch = 1n): LaneHint[] =>
  Array.from({ length: count }, (_, place) => ({ laneId: BigInt(first + place), epoch }));

/** A node without a gateway whose peers answer as told; of each lane they have the bundles that `has` names. */
class Asker {
  nowMs = 1_000_000;
  /** What each peer says of lanes. */
  answers: () => readonly (readonly LaneHint[])[] = () => [];
  readonly has = new Map<bigint, bigint>();
  readonly lanes = new Lanes(() => this.nowMs);
  readonly asked: string[] = [];
  readonly #tools = { log: pino({ level: 'silent' }), metrics: new Metrics() };
  readonly #queue = { get: (): undefined => undefined, all: (): [] => [] };
  readonly #stage = catchUpStage(
    { idleMs: 1, learnsLanes: true },
    {
      fetcher: {
        fetchLanes: () => {
          this.asked.push('lanes');
          return Promise.resolve(this.answers());
        },
        fetchBundles: (laneId, epoch) => {
          this.asked.push(`${laneId}/${epoch}`);
          if (this.has.get(laneId) !== epoch) return Promise.resolve(0);
          this.lanes.adopt({ laneId, epoch }, { epoch });
          return Promise.resolve(1);
        },
        fetchProofs: () => Promise.resolve(0),
        fetchAttestations: () => Promise.resolve(0),
      },
      tables: { queues: { deliver: this.#queue, confirmMint: this.#queue, release: this.#queue } as never },
      lanes: this.lanes,
      wake: new Wake(),
      connections: () => 1,
      clock: () => this.nowMs,
    },
  );

  async run(turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      await takeTurn(this.#stage, this.#tools, new AbortController().signal);
      this.nowMs += PACE_MS;
    }
  }
}

describe('what is heard of lanes', () => {
  it('is of each peer so much at most, and nothing that it does not say any more', () => {
    const lanes = new Lanes();
    const heard = new Hearsay(lanes);
    heard.replace([hintsOf(0, LIES), hintsOf(5_000, 2)]);
    assert.equal(heard.unknown().length, 64 + 2);
    assert.deepEqual(heard.unknown().slice(64), hintsOf(5_000, 2));
    heard.replace([hintsOf(9_000, 3)]);
    assert.deepEqual(heard.unknown(), hintsOf(9_000, 3));
    lanes.adopt({ laneId: 9_000n, epoch: 1n }, { epoch: 0n });
    assert.deepEqual([heard.unknown(), heard.news()], [hintsOf(9_001, 2), 2]);
  });

  it('is all of a long answer in the course of some', () => {
    const heard = new Hearsay(new Lanes());
    const seen = new Set<bigint>();
    for (let round = 0; round < 4; round++) {
      heard.replace([hintsOf(0, 200)]);
      for (const { laneId } of heard.unknown()) seen.add(laneId);
    }
    assert.equal(seen.size, 200);
  });

  it('keeps each peer’s own word of a lane that is not known here', () => {
    const heard = new Hearsay(new Lanes());
    heard.replace([hintsOf(7, 1, 2n ** 64n - 1n), hintsOf(7, 1, 3n)]);
    assert.deepEqual(
      heard.unknown().map(({ epoch }) => epoch),
      [2n ** 64n - 1n, 3n],
    );
    assert.equal(heard.highest().get(7n), 2n ** 64n - 1n);
  });
});

describe('catching up with lanes', () => {
  it('learns a lane beside a peer that makes up ever more lanes, and epochs of this one', async () => {
    const asker = new Asker();
    asker.has.set(500_000n, 3n);
    let made = 0;
    asker.answers = () => {
      made += LIES;
      return [
        [{ laneId: 500_000n, epoch: 2n ** 64n - 1n }, ...hintsOf(made, LIES - 1)],
        [{ laneId: 500_000n, epoch: 3n }],
      ];
    };
    await asker.run(80);
    assert.equal(asker.lanes.get(500_000n)?.sealed, 3n);
    // One that comes later is learned as well.
    const answers = asker.answers;
    asker.has.set(500_001n, 1n);
    asker.answers = () => [...answers(), [{ laneId: 500_001n, epoch: 1n }]];
    await asker.run(160);
    assert.equal(asker.lanes.get(500_001n)?.sealed, 1n);
  });

  it('asks for what a known lane lacks however many others are said to be further', async () => {
    const asker = new Asker();
    asker.answers = () => [hintsOf(0, 200, 2n ** 64n - 1n)];
    for (const { laneId } of hintsOf(0, 200)) asker.lanes.adopt({ laneId, epoch: 0n }, { epoch: 0n });
    asker.nowMs += 10_000;
    await asker.run(250);
    for (const { laneId } of hintsOf(0, 200)) assert.ok(asker.asked.includes(`${laneId}/1`), `lane ${laneId}`);
  });
});
