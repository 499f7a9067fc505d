/** What the sealer knows of one lane when it decides. */
export interface SealView {
  /** Locks that wait for a seal, as far as events told. */
  readonly waitingLocks: number;
  /** When the first of them was seen. */
  readonly waitingSinceMs: number;
  /** Records of the lane whose frozen or revoked status is not attested yet. */
  readonly urgentStates: number;
  /** Other records whose state differs from the attested one. */
  readonly quietStates: number;
  readonly statesSinceMs: number;
  /** Epochs sealed and not yet delivered. */
  readonly inFlight: number;
}

export interface SealTerms {
  /** Longest time that locks gather while an epoch is on its way. */
  readonly gatherMs: number;
  /** Age at which states are sealed although no lock asks for it. */
  readonly stateAgeMs: number;
  /** Epochs that may be on their way before the lane waits for the trading chain. */
  readonly maxInFlight: number;
  /** Messages that make an epoch full. */
  readonly epochMessages: number;
}

export type SealDecision =
  | { readonly seal: 'states' | 'messages' }
  /** Nothing to seal before this time. */
  | { readonly seal: 'nothing'; readonly untilMs: number | undefined };

/**
 * A stop goes ahead of everything and alone. A lone lock is sealed at once; while an epoch is on its way locks gather, so
 * that under load epochs fill without a timer; a full epoch never waits.
 */
export function decideSeal(view: SealView, terms: SealTerms, nowMs: number): SealDecision {
  if (view.urgentStates > 0) return { seal: 'states' };
  if (view.inFlight >= terms.maxInFlight) return { seal: 'nothing', untilMs: undefined };
  if (view.waitingLocks > 0) return decideMessages(view, terms, nowMs);
  if (view.quietStates === 0) return { seal: 'nothing', untilMs: undefined };
  return decideAt(view.statesSinceMs + terms.stateAgeMs, 'states', nowMs);
}

function decideMessages(view: SealView, terms: SealTerms, nowMs: number): SealDecision {
  if (view.inFlight === 0 || view.waitingLocks >= terms.epochMessages) return { seal: 'messages' };
  return decideAt(view.waitingSinceMs + terms.gatherMs, 'messages', nowMs);
}

function decideAt(dueMs: number, seal: 'states' | 'messages', nowMs: number): SealDecision {
  return nowMs >= dueMs ? { seal } : { seal: 'nothing', untilMs: dueMs };
}
