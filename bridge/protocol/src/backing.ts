import { improvesBound } from './bound.ts';
import type { Bound } from './bound.ts';
import { Fault } from './faults.ts';
import type { Policy } from './policy.ts';
import type { ConfidentialRecord } from './record.ts';
import type { RecordState } from './state.ts';

/**
 * Whether a record is backed (§5): its attested state is ACTIVE and `bound`, the one stored for its current commitment
 * under the current policy, covers units outside and unit value at `at` (Unix seconds).
 */
export function isBacked(
  state: Pick<RecordState, 'status' | 'sealedUnits' | 'releasedUnits' | 'unitValue'>,
  bound: Bound | undefined,
  at: number,
): boolean {
  return (
    bound !== undefined &&
    state.status === 'ACTIVE' &&
    state.sealedUnits - state.releasedUnits <= bound.units &&
    state.unitValue <= bound.unitValue &&
    at <= bound.until
  );
}

/** Why no bound can be proven; the words of §5, one per rule. */
export type BackingRefusal =
  | 'CLASS_NOT_ALLOWED'
  | 'JURISDICTION_NOT_ALLOWED'
  | 'RATING_TOO_LOW'
  | 'APPRAISAL_EXPIRED'
  | 'APPRAISAL_TOO_OLD'
  | 'FILING_EXPIRED'
  | 'ENCUMBERED'
  | 'UNITS_ABOVE_REGISTERED'
  | 'VALUE_NOT_COVERED';

/** The rules that a bound breaks for this record under this policy; none means that it can be proven. */
export function backingRefusals(record: ConfidentialRecord, policy: Policy, bound: Bound): BackingRefusal[] {
  const rules: readonly (readonly [boolean, BackingRefusal])[] = [
    [policy.allowedClasses.includes(record.class), 'CLASS_NOT_ALLOWED'],
    [policy.allowedJurisdictions.includes(record.jurisdiction), 'JURISDICTION_NOT_ALLOWED'],
    [record.rating >= policy.minRating, 'RATING_TOO_LOW'],
    [bound.until <= record.appraisalValidUntil, 'APPRAISAL_EXPIRED'],
    [bound.until <= record.appraisedAt + policy.maxAppraisalAge, 'APPRAISAL_TOO_OLD'],
    [!policy.requireFiling || bound.until <= record.filingValidUntil, 'FILING_EXPIRED'],
    [!policy.requireUnencumbered || !record.encumbered, 'ENCUMBERED'],
    [bound.units <= record.registeredUnits, 'UNITS_ABOVE_REGISTERED'],
    [isCovered(record, policy, bound), 'VALUE_NOT_COVERED'],
  ];
  return rules.filter(([holds]) => !holds).map(([, refusal]) => refusal);
}

function isCovered(record: ConfidentialRecord, policy: Policy, bound: Pick<Bound, 'units' | 'unitValue'>): boolean {
  return bound.units * bound.unitValue * 10_000n <= record.appraisedValue * BigInt(policy.maxLtvBps);
}

/** What the venue needs to be backed. */
export interface BackingWanted {
  /** Base units outside now or soon. */
  readonly units: bigint;
  /** 10⁻¹⁸ HKD per base unit. */
  readonly unitValue: bigint;
  /** Unix seconds: the bound must hold at this moment. */
  readonly at: number;
  /** The bound stored for the same commitment and policy: the choice must improve on it. */
  readonly stored?: Bound;
}

export type BackingChoice =
  | { readonly bound: Bound; readonly refusals: readonly [] }
  | { readonly bound: undefined; readonly refusals: readonly BackingRefusal[] };

const DAY_SECONDS = 86_400;
/** 2⁴⁰ − 1, the latest time a bound can hold until. */
const LATEST = 2 ** 40 - 1;

/**
 * The prover's choice of U, V and T: U and V as wanted, so that neither the record's registered units nor its appraisal
 * shows, and the latest T that the record allows, cut to the day so that its exact dates do not show either.
 *
 * When `stored` already holds until then, the choice uses the seconds left in that day (a later T replaces any bound),
 * or else raises U and V without lowering either. A stored bound that covers what is wanted is answered unchanged.
 */
export function bestBound(record: ConfidentialRecord, policy: Policy, wanted: BackingWanted): BackingChoice {
  const limit = latestUntil(record, policy);
  const least = { units: wanted.units, unitValue: wanted.unitValue, until: wanted.at };
  const refusals = backingRefusals(record, policy, least);
  if (refusals.length > 0) return { bound: undefined, refusals };

  const day = limit - (limit % DAY_SECONDS);
  const fresh: Bound = { ...least, until: day >= wanted.at ? day : limit };
  const { stored } = wanted;
  if (stored === undefined || improvesBound(fresh, stored)) return { bound: fresh, refusals: [] };
  if (covers(stored, least)) return { bound: stored, refusals: [] };
  if (stored.until < limit) return { bound: { ...fresh, until: stored.until + 1 }, refusals: [] };

  const raised: Bound = {
    units: larger(stored.units, wanted.units),
    unitValue: larger(stored.unitValue, wanted.unitValue),
    until: stored.until,
  };
  const stillRefused = backingRefusals(record, policy, raised);
  return stillRefused.length > 0 ? { bound: undefined, refusals: stillRefused } : { bound: raised, refusals: [] };
}

/**
 * The most units that the policy's loan to value covers at this unit value, cut to two significant digits so that the
 * appraisal does not show. `unitValue` is in 10⁻¹⁸ HKD per base unit.
 */
export function coverableUnits(record: ConfidentialRecord, policy: Policy, unitValue: bigint): bigint {
  if (unitValue === 0n) return record.registeredUnits;
  const covered = (record.appraisedValue * BigInt(policy.maxLtvBps)) / (unitValue * 10_000n);
  const units = covered < record.registeredUnits ? covered : record.registeredUnits;
  const coarse = 10n ** BigInt(Math.max(0, units.toString().length - 2));
  return units - (units % coarse);
}

/** As `bestBound`, for a caller that cannot go on without one. @throws {Fault} NOT_BACKABLE naming the refusals */
export function requireBound(record: ConfidentialRecord, policy: Policy, wanted: BackingWanted): Bound {
  const choice = bestBound(record, policy, wanted);
  if (choice.bound === undefined) {
    throw new Fault('NOT_BACKABLE', `record ${record.rightsId} is refused: ${choice.refusals.join(', ')}`);
  }
  return choice.bound;
}

function latestUntil(record: ConfidentialRecord, policy: Policy): number {
  const limits = [LATEST, record.appraisalValidUntil, record.appraisedAt + policy.maxAppraisalAge];
  if (policy.requireFiling) limits.push(record.filingValidUntil);
  return Math.min(...limits);
}

function covers(bound: Bound, least: Bound): boolean {
  return bound.units >= least.units && bound.unitValue >= least.unitValue && bound.until >= least.until;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
