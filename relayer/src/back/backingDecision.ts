import { bestBound, improvesBound } from '@twinspan/protocol';
import type { BackingRefusal, Bound, ConfidentialRecord, Policy } from '@twinspan/protocol';

export interface BackingTimes {
  /** A backing that ends sooner than this is renewed, if the record allows a later end. Seconds. */
  readonly renewBeforeSeconds: number;
  /** How much above the present unit value is proven, so that small revaluations need no proof. Basis points. */
  readonly valueHeadroomBps: number;
}

/** One record as the decision sees it. */
export interface BackingCase {
  readonly record: ConfidentialRecord;
  readonly policy: Policy;
  /** Units that may come to be outside: public on the asset chain, so proving for them reveals nothing. */
  readonly units: bigint;
  /** 10⁻¹⁸ HKD per base unit. */
  readonly unitValue: bigint;
  /** The bound stored for the record's commitment under the policy. */
  readonly stored: Bound | undefined;
  /** Unix seconds. */
  readonly now: number;
}

export type BackingDecision =
  | { readonly due: 'prove'; readonly bound: Bound }
  /** Nothing to do before `lookAgainAt`, Unix seconds. */
  | { readonly due: 'nothing'; readonly lookAgainAt: number }
  | { readonly due: 'refused'; readonly refusals: readonly BackingRefusal[] };

/** A new bound must hold at least so long to be worth a proof. */
const LEAST_SECONDS = 60;

/**
 * Whether a record needs a proof: because it has no bound for its commitment and the policy, because the bound does not
 * cover its units or value, or because the bound ends soon and a clearly later end can be proven.
 */
export function decideBacking(about: BackingCase, times: BackingTimes): BackingDecision {
  const { stored, now } = about;
  const isCovered = stored !== undefined && stored.units >= about.units && stored.unitValue >= about.unitValue;
  if (isCovered && stored.until >= now + times.renewBeforeSeconds) {
    return { due: 'nothing', lookAgainAt: stored.until - times.renewBeforeSeconds };
  }
  const { bound, refusals } = choose(about, times);
  if (bound === undefined) return isCovered && stored.until > now ? keep(stored) : { due: 'refused', refusals };
  if (stored === undefined || !isCovered) return decideImproved(bound, stored);
  const isWorthIt = bound.until - stored.until >= times.renewBeforeSeconds / 2;
  return isWorthIt ? { due: 'prove', bound } : keep(stored);
}

function decideImproved(bound: Bound, stored: Bound | undefined): BackingDecision {
  return improvesBound(bound, stored) ? { due: 'prove', bound } : { due: 'nothing', lookAgainAt: bound.until };
}

/** The present bound serves until its end; then the record is looked at again and refused for what has run out. */
function keep(stored: Bound): BackingDecision {
  return { due: 'nothing', lookAgainAt: stored.until + 1 };
}

function choose(
  about: BackingCase,
  times: BackingTimes,
): { bound: Bound | undefined; refusals: readonly BackingRefusal[] } {
  const headroom = (about.unitValue * BigInt(times.valueHeadroomBps)) / 10_000n;
  const wanted = { units: about.units, at: about.now + LEAST_SECONDS };
  const stored = about.stored === undefined ? {} : { stored: about.stored };
  const roomy = bestBound(about.record, about.policy, { ...wanted, ...stored, unitValue: about.unitValue + headroom });
  if (roomy.bound !== undefined) return roomy;
  return bestBound(about.record, about.policy, { ...wanted, ...stored, unitValue: about.unitValue });
}
