import type { TradingChain } from '@twinspan/sdk';
import type { HeldRow } from '../db/tables.ts';

export type HoldChain = Pick<TradingChain, 'recordHoldReason' | 'listing' | 'tokenStatus' | 'accountFlags'>;

/** Whether a retry would mint now, asked by views alone. */
export async function isHoldGone(held: HeldRow, trading: HoldChain): Promise<boolean> {
  if ((await trading.recordHoldReason(held.laneId, held.rightsId)) !== undefined) return false;
  const listing = await trading.listing(held.rightsId);
  if (listing === undefined) return false;
  const [token, account] = await Promise.all([
    trading.tokenStatus(listing.token),
    trading.accountFlags(listing.token, held.recipient),
  ]);
  if (token.paused || token.halted || account.blocked) return false;
  return token.eligibility === 'OPEN' || account.onboarded;
}
