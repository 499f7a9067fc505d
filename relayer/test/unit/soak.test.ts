import { it } from 'node:test';
import { assertSteady, soak } from '../soak/soak.ts';

it('a slice of a day: 480 epochs leave no more behind than 240', async (test) => {
  const samples = await soak({ epochs: 480, keep: 64 });
  test.diagnostic(JSON.stringify(samples));
  assertSteady(samples, 4_000_000);
});
