import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { race } from '../race/race.ts';

describe('carriers that race', () => {
  it('deliver every epoch over bad lines and through kills, and hardly ever pay twice', async () => {
    const badness = { jitterMs: 100, slowPerMille: 10, slowMs: 1_500, lostPerMille: 10 };
    const { epochs, paid, kills } = await race({
      carriers: 2,
      keysPerCarrier: 2,
      lanes: 4,
      epochs: 40,
      gapMs: 100,
      carryDelayMs: 5_000,
      badness,
      killEveryMs: 6_000,
      timeoutMs: 120_000,
      seed: 4,
    });
    assert.ok(kills > 0);
    // A single chance meeting is 2.5 % of so few; the benchmark measures the share over 500.
    assert.ok(paid <= epochs + 1, `${paid} deliveries of ${epochs} epochs were paid for`);
  });
});
