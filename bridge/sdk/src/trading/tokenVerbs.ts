import type { Hex } from '@twinspan/protocol';
import type { Sent, TransactionTerms } from './transactions.ts';

export interface Eligibility {
  readonly onboarded: boolean;
  readonly blocked: boolean;
}

export interface TokenVerbs {
  /** Venue admin: makes the mirror token of a record. */
  list(
    args: {
      readonly rightsId: Hex;
      readonly laneId: bigint;
      readonly name: string;
      readonly symbol: string;
      readonly decimals: number;
    },
    terms?: TransactionTerms,
  ): Promise<Sent>;
  onboard(token: Hex, accounts: readonly Hex[], terms?: TransactionTerms): Promise<Sent>;
  blockAccount(token: Hex, account: Hex, blocked: boolean, terms?: TransactionTerms): Promise<Sent>;
  setPaused(token: Hex, paused: boolean, terms?: TransactionTerms): Promise<Sent>;
  transfer(token: Hex, to: Hex, units: bigint, terms?: TransactionTerms): Promise<Sent>;
  balanceOf(token: Hex, account: Hex, blockNumber?: bigint): Promise<bigint>;
  totalSupply(token: Hex, blockNumber?: bigint): Promise<bigint>;
  eligibility(token: Hex, account: Hex): Promise<Eligibility>;
}
