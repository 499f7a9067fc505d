import { it } from 'node:test';
import { assertSteady, soak } from '../soak/soak.ts';

it('a day of one epoch a second leaves nothing behind: 86,400 epochs', async (test) => {
  const samples = await soak({ epochs: 86_400, keep: 1_024 });
  test.diagnostic(JSON.stringify(samples));
  assertSteady(samples, 8_000_000);
});
