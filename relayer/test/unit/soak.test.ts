import { it } from 'node:test';
import { assertSteady, soak } from '../soak/soak.ts';

it('a slice of a day in both directions: 320 blocks leave no more behind than 160', async (test) => {
  const samples = await soak({ blocks: 320, blocksAnEpoch: 2, keepEpochs: 16 }, (sample) => {
    test.diagnostic(JSON.stringify(sample));
  });
  assertSteady(samples, 4_000_000);
});
