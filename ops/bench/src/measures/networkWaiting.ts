import { setTimeout as pause } from 'node:timers/promises';
import { startBridge } from '@twinspan/devnet';
import type { BridgeOptions } from '@twinspan/devnet';
import type { Measure } from '@twinspan/report';
import { randomAddress, setScene, waitFor } from '../scene.ts';
import { lockAll, watchMemory } from './rate.ts';

const RECORDS = 32;
const RECIPIENTS = 1_000;
/** How long the nodes are watched at work after their restart. */
const WORK_MS = 15_000;

/**
 * The trading chain stands still while locks pile up; then every node is killed and started again. Memory is that of the
 * largest node, from the first lock until some time after the restart; the restart ends with the first mint.
 */
export async function networkWaiting(options: BridgeOptions, waiting: number): Promise<Record<string, Measure>> {
  await using bridge = await startBridge(options);
  using scene = await setScene(bridge, RECORDS);
  const { venue, laneId } = scene;
  const chain = bridge.network.process(bridge.network.description.profile.evm);
  const memory = watchMemory(bridge.nodes);
  await chain.pause();
  await lockAll(
    scene,
    waiting,
    Array.from({ length: RECIPIENTS }, () => randomAddress()),
  );
  await Promise.all(bridge.nodes.map(({ child }) => child.kill('SIGKILL')));
  await chain.resume();
  const { nextMessage } = await venue.bridgeLane(laneId);
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  await Promise.all(bridge.nodes.map(({ child }) => child.restart()));
  const ready = elapsed();
  await waitFor('a mint', async () => (await venue.bridgeLane(laneId)).nextMessage > nextMessage);
  const working = elapsed();
  await pause(WORK_MS);
  return {
    'network.restart': { value: working, unit: 'seconds' },
    'network.restart.ready': { value: ready, unit: 'seconds' },
    'network.rss.waiting': { value: memory(), unit: 'bytes' },
  };
}
