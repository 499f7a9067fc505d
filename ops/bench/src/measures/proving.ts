import type { Measure } from '@twinspan/report';
import { ProverProcess } from '../proverProcess.ts';

/** Wall seconds from request to verified proof, witness included, the prover warm; medians of several runs. */
export async function proving(): Promise<Record<string, Measure>> {
  await using prover = new ProverProcess('native');
  const one = await prover.median('AssetState1', 1, 7);
  const sixteen = await prover.median('AssetState16', 16, 3);
  return {
    'seconds.prove.one': { value: one, unit: 'seconds' },
    'seconds.prove.sixteen': { value: sixteen, unit: 'seconds' },
  };
}
