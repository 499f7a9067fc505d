import type { Fault, FaultCode } from '@twinspan/protocol';

/**
 * What is no sign of a bad sender though it is not a matter of waiting: the own store or program failed, or one node knows
 * a signer already whom another does not know yet. Other faults that halt a stage can be provoked by an item.
 */
const blameless: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'STORE_CORRUPT',
  'STORE_FULL',
  'STORE_LOCKED',
  'INTERNAL',
  'SIGNER_UNKNOWN',
]);

/** Whether an item failed here and not by what it is. */
export function isBlameless({ code, remedy }: Pick<Fault, 'code' | 'remedy'>): boolean {
  return remedy === 'retry' || blameless.has(code);
}
