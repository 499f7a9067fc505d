import { Fault } from '@twinspan/protocol';

/**
 * The endorser's own clock. It only ever refuses a proposal: no value read from it reaches the ledger, so endorsers
 * whose clocks differ still write the same bytes.
 */
export interface LedgerClock {
  /** Unix seconds. */
  nowSeconds(): number;
}

export const systemClock: LedgerClock = {
  nowSeconds: () => Math.floor(Date.now() / 1000),
};

const MAX_BEHIND_SECONDS = 60;
const MAX_AHEAD_SECONDS = 10;

/**
 * Refuses a proposal whose timestamp, which its client chose, is too far from this endorser's clock (protocol §6.1).
 * @param sentAt Unix seconds of the proposal.
 * @throws Fault CLOCK_SKEW.
 */
export function requireRecentProposal(sentAt: number, clock: LedgerClock): void {
  const now = clock.nowSeconds();
  if (sentAt < now - MAX_BEHIND_SECONDS || sentAt > now + MAX_AHEAD_SECONDS) {
    throw new Fault('CLOCK_SKEW', `the proposal is from ${sentAt}, this endorser's clock says ${now}`);
  }
}

/**
 * Refuses a valuation from the future: valuations never go back, so one mistyped year would stop all later ones.
 * @param valuedAt Unix seconds.
 * @throws Fault VALUE_RANGE.
 */
export function requirePast(valuedAt: number, clock: LedgerClock): void {
  if (valuedAt > clock.nowSeconds() + MAX_AHEAD_SECONDS) throw new Fault('VALUE_RANGE', 'valuedAt is in the future');
}
