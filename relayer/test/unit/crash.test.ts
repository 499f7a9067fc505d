import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertSurvives, everyDeath, undisturbed } from '../crash/everyWrite.ts';

const SEED = 4;
/** The rest are in `test/long`. */
const DEATHS = 10;

describe('two nodes, both directions and the backings', () => {
  it(`end in the same ledgers when one is killed at a write: ${DEATHS} of all writes, seed ${SEED}`, async () => {
    const whole = await undisturbed();
    const deaths = fc.sample(fc.shuffledSubarray(everyDeath(whole, SEED), { minLength: DEATHS, maxLength: DEATHS }), {
      seed: SEED,
      numRuns: 1,
    });
    for (const death of deaths.flat()) await assertSurvives(death, whole);
  });
});
