import { until } from '@twinspan/devnet';
import type { Rig } from './rig.ts';

/**
 * Every node goes down, locks pile up, every node comes back: all of them are minted, once.
 * @returns seconds from the return of the nodes to the last mint
 */
export async function surviveBacklog(rig: Rig, waiting: number, timeoutMs: number): Promise<number> {
  const { bridge, records, laneId, venue } = rig;
  const { nextMessage } = await venue.trading.bridgeLane(laneId);
  await Promise.all(bridge.nodes.map(({ child }) => child.kill('SIGKILL')));
  const share = Math.ceil(waiting / records.length);
  await Promise.all(records.map((_, place) => rig.lock(Math.min(share, waiting - place * share), place)));
  const startedAt = performance.now();
  await Promise.all(bridge.nodes.map(({ child }) => child.restart()));
  const expected = nextMessage + BigInt(waiting);
  await until(
    `${waiting} locks to be minted`,
    async () => ((await venue.trading.bridgeLane(laneId)).nextMessage >= expected ? true : undefined),
    { timeoutMs },
  );
  return (performance.now() - startedAt) / 1_000;
}
