import { measureGas } from '@twinspan/evm-contracts/gas';
import type { Measure } from '@twinspan/report';

/** Gas of real transactions on a fresh anvil; the same numbers as the checked snapshot. */
export async function gas(): Promise<Record<string, Measure>> {
  const measured = await measureGas();
  return Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, { value, unit: 'gas' }]));
}
