import { it } from 'node:test';
import { assertSteady, soak } from '../soak/soak.ts';

it('a day of blocks leaves nothing behind: 86,400 locks in 10,800 epochs, 21,600 redemptions, 720 policies', async (test) => {
  const samples = await soak({ blocks: 86_400, blocksAnEpoch: 8, keepEpochs: 1_024 }, (sample) => {
    // At once, and not only when hours later the test is over.
    console.log(JSON.stringify(sample));
    test.diagnostic(JSON.stringify(sample));
  });
  assertSteady(samples, 8_000_000);
});
