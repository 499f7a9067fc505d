import { race } from '@twinspan/relayer/race';
import type { Measure } from '@twinspan/report';

/** Three carriers of two keys each over bad lines, one killed every ten seconds, on 500 epochs of five lanes. */
export async function networkRace(): Promise<Record<string, Measure>> {
  const { doublePaid, reverted, kills, epochs, seconds } = await race({
    carriers: 3,
    keysPerCarrier: 2,
    lanes: 5,
    epochs: 500,
    gapMs: 100,
    carryDelayMs: 5_000,
    badness: { jitterMs: 120, slowPerMille: 20, slowMs: 2_000, lostPerMille: 10 },
    killEveryMs: 10_000,
    timeoutMs: 600_000,
    seed: 2,
  });
  return {
    'network.race.doublePaid': { value: doublePaid, unit: 'of all' },
    'network.race.reverted': { value: reverted, unit: 'transactions' },
    'network.race.kills': { value: kills, unit: 'kills' },
    'network.race.rate': { value: epochs / seconds, unit: 'per second' },
  };
}
