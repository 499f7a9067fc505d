import { describe, it } from 'node:test';
import { assertSurvives, everyDeath, undisturbed } from '../crash/everyWrite.ts';

const SEEDS = [1, 2, 3];

describe('two nodes, both directions and the backings', async () => {
  const whole = await undisturbed();
  for (const seed of SEEDS) {
    for (const death of everyDeath(whole, seed)) {
      const { node, point, when, hit } = death;
      it(`${node} is killed ${when} ${point}, the ${hit}. time`, () => assertSurvives(death, whole));
    }
  }
});
