import { oneNodePerOrg, startBridge } from '@twinspan/devnet';
import type { BridgeOptions } from '@twinspan/devnet';
import type { Measure } from '@twinspan/report';
import { setScene } from '../scene.ts';
import { rate } from './rate.ts';

const RECORDS = 32;

/** The sustained rate of three nodes as a share of that of the custodian's node alone, each on a network of its own. */
export async function networkRate(options: BridgeOptions, locks: number): Promise<Record<string, Measure>> {
  const alone = await rateOf({ ...options, nodes: { topology: (orgs) => oneNodePerOrg(orgs).slice(0, 1) } }, locks);
  const three = await rateOf(options, locks);
  return {
    'network.rate': { value: three / alone, unit: 'of one node' },
    'network.rate.three': { value: three, unit: 'per second' },
    'network.rate.one': { value: alone, unit: 'per second' },
  };
}

async function rateOf(options: BridgeOptions, locks: number): Promise<number> {
  await using bridge = await startBridge(options);
  using scene = await setScene(bridge, RECORDS);
  const measured = await rate(scene, locks);
  return measured['rate.crossings']?.value ?? 0;
}
