import { setTimeout as pause } from 'node:timers/promises';
import type { Measure } from '@twinspan/report';
import { ACCOUNT, randomAddress, waitFor, type Scene } from '../scene.ts';
import { median, quantile } from '../statistics.ts';

const RUNS = 15;
const BLOCK_MS = 1_000;

interface Crossing {
  readonly locked: number;
  readonly sealed: number;
  readonly minted: number;
}

/** Lone locks, one after the other at random moments of a block: seconds from submission to the mirror token. */
export async function crossing(scene: Scene): Promise<Record<string, Measure>> {
  const runs: Crossing[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await pause(Math.random() * BLOCK_MS);
    runs.push(await crossOnce(scene));
  }
  const total = runs.map(({ minted }) => minted);
  const share = (part: (run: Crossing) => number): Measure => ({
    value: median(runs.map((run) => part(run) / run.minted)),
    unit: 'of the crossing',
  });
  return {
    'seconds.crossing.p50': { value: median(total), unit: 'seconds' },
    'seconds.crossing.p95': { value: quantile(total, 0.95), unit: 'seconds' },
    'share.crossing.lock': share((run) => run.locked),
    'share.crossing.seal': share((run) => run.sealed - run.locked),
    'share.crossing.deliver': share((run) => run.minted - run.sealed),
  };
}

async function crossOnce({ custodian, venue, laneId, records }: Scene): Promise<Crossing> {
  const [record] = records;
  if (record === undefined) throw new Error('the scene has no record');
  const { nextMessage } = await venue.bridgeLane(laneId);
  const recipient = randomAddress();
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  await custodian.lock(laneId, [
    { rightsId: record.rightsId, account: ACCOUNT, recipient, units: 1n, reference: 'bench' },
  ]);
  const locked = seconds();
  await waitFor('the seal', async () => ((await custodian.lane(laneId))?.nextMessage ?? 0n) > nextMessage);
  const sealed = seconds();
  await waitFor('the mint', async () => (await venue.balanceOf(record.token, recipient)) === 1n);
  return { locked, sealed, minted: seconds() };
}
