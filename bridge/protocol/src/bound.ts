import { requireUint } from './bytes.ts';
import { Fault } from './faults.ts';

/** What an accepted proof establishes: up to `units`, at a unit value up to `unitValue`, until `until`. */
export interface Bound {
  /** Base units, 80 bits. */
  readonly units: bigint;
  /** 10⁻¹⁸ HKD per base unit, 80 bits. */
  readonly unitValue: bigint;
  /** Unix seconds, 40 bits. */
  readonly until: number;
}

/** U·2¹²⁰ + V·2⁴⁰ + T. @throws {Fault} BOUND_BAD */
export function packBound(bound: Bound): bigint {
  try {
    return (
      (requireUint(bound.units, 80, 'units') << 120n) |
      (requireUint(bound.unitValue, 80, 'unit value') << 40n) |
      requireUint(BigInt(bound.until), 40, 'until')
    );
  } catch (cause) {
    throw new Fault('BOUND_BAD', cause instanceof Fault ? cause.sentence : 'until is not an integer', { cause });
  }
}

/** @throws {Fault} BOUND_BAD on more than 200 bits */
export function unpackBound(packed: bigint): Bound {
  if (packed < 0n || packed >> 200n !== 0n) throw new Fault('BOUND_BAD', 'bits above 199 are set');
  return {
    units: packed >> 120n,
    unitValue: BigInt.asUintN(80, packed >> 40n),
    until: Number(BigInt.asUintN(40, packed)),
  };
}

/** Whether a stored bound gives way: a later T, or the same T and neither U nor V lower, and not the same bound. */
export function improvesBound(next: Bound, stored: Bound | undefined): boolean {
  if (stored === undefined || next.until > stored.until) return true;
  if (next.until < stored.until || next.units < stored.units || next.unitValue < stored.unitValue) return false;
  return next.units > stored.units || next.unitValue > stored.unitValue;
}
