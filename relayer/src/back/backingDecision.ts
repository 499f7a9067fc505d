import { bestBound, coverableUnits, improvesBound } from '@twinspan/protocol';
import type { BackingChoice, BackingRefusal, Bound, ConfidentialRecord, Policy } from '@twinspan/protocol';

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
  /** Units that may come to be outside, public on the asset chain. Where the loan to value covers fewer, fewer are proven. */
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
  const { renewBeforeSeconds } = times;
  const serving = stored !== undefined && covers(stored, about) ? stored : undefined;
  if (serving !== undefined && serving.until >= now + renewBeforeSeconds) {
    return { due: 'nothing', lookAgainAt: serving.until - renewBeforeSeconds };
  }
  const { bound, refusals } = choose(about, times);
  if (serving !== undefined) return renew(serving, bound, refusals, about, times);
  if (bound === undefined) return { due: 'refused', refusals };
  return improvesBound(bound, stored) ? { due: 'prove', bound } : { due: 'nothing', lookAgainAt: bound.until };
}

function covers(bound: Bound, about: BackingCase): boolean {
  return bound.units >= about.units && bound.unitValue >= about.unitValue;
}

/** A bound that still serves is replaced only by one that ends clearly later. */
function renew(
  serving: Bound,
  bound: Bound | undefined,
  refusals: readonly BackingRefusal[],
  about: BackingCase,
  { renewBeforeSeconds }: BackingTimes,
): BackingDecision {
  if (bound === undefined) return serving.until > about.now ? keep(serving) : { due: 'refused', refusals };
  return bound.until - serving.until >= renewBeforeSeconds / 2 ? { due: 'prove', bound } : keep(serving);
}

/** The present bound serves until its end; then the record is looked at again and refused for what has run out. */
function keep(stored: Bound): BackingDecision {
  return { due: 'nothing', lookAgainAt: stored.until + 1 };
}

function choose(about: BackingCase, times: BackingTimes): BackingChoice {
  const roomy = about.unitValue + (about.unitValue * BigInt(times.valueHeadroomBps)) / 10_000n;
  const part = coverableUnits(about.record, about.policy, roomy);
  const stored = about.stored === undefined ? {} : { stored: about.stored };
  const best = (units: bigint, unitValue: bigint): BackingChoice =>
    bestBound(about.record, about.policy, { units, unitValue, at: about.now + LEAST_SECONDS, ...stored });
  const all = best(about.units, roomy);
  if (all.bound !== undefined) return all;
  const exact = best(about.units, about.unitValue);
  if (exact.bound !== undefined || part === 0n || part >= about.units) return exact;
  return best(part, roomy);
}
