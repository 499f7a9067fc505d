import type { Hex } from '@twinspan/protocol';
import { encodeFunctionData } from 'viem';
import { bridgeAbi, mirrorTokenAbi } from '../generated/abi.ts';
import { send } from './send.ts';
import { ask, type TradingSession } from './session.ts';
import type { Sent, TransactionTerms } from './sent.ts';

/** Who a mirror token may be held by: everyone that is not blocked, or only who was onboarded. */
export type EligibilityMode = 'OPEN' | 'ONBOARDED_ONLY';

export interface ListArgs {
  readonly rightsId: Hex;
  readonly laneId: bigint;
  /** Name, symbol and decimals are the record's terms: an epoch that attests others leaves its messages held. */
  readonly name: string;
  readonly symbol: string;
  readonly decimals: number;
  readonly eligibility: EligibilityMode;
}

export interface AccountFlags {
  readonly onboarded: boolean;
  readonly blocked: boolean;
}

export interface TokenStatus {
  /** By the venue. */
  readonly paused: boolean;
  /** By the bridge, while the record is frozen or revoked. */
  readonly halted: boolean;
  readonly eligibility: EligibilityMode;
}

export interface TokenVerbs {
  /** Venue admin: makes the mirror token of a record. */
  list(args: ListArgs, terms?: TransactionTerms): Promise<Sent>;
  onboard(token: Hex, accounts: readonly Hex[], terms?: TransactionTerms): Promise<Sent>;
  offboard(token: Hex, accounts: readonly Hex[], terms?: TransactionTerms): Promise<Sent>;
  setBlocked(token: Hex, accounts: readonly Hex[], blocked: boolean, terms?: TransactionTerms): Promise<Sent>;
  setPaused(token: Hex, paused: boolean, terms?: TransactionTerms): Promise<Sent>;
  setEligibility(token: Hex, eligibility: EligibilityMode, terms?: TransactionTerms): Promise<Sent>;
  transfer(token: Hex, to: Hex, units: bigint, terms?: TransactionTerms): Promise<Sent>;
  balanceOf(token: Hex, account: Hex, blockNumber?: bigint): Promise<bigint>;
  totalSupply(token: Hex, blockNumber?: bigint): Promise<bigint>;
  accountFlags(token: Hex, account: Hex): Promise<AccountFlags>;
  tokenStatus(token: Hex): Promise<TokenStatus>;
}

/** The order of the Solidity enum. */
const MODES: readonly EligibilityMode[] = ['OPEN', 'ONBOARDED_ONLY'];

export function tokenVerbs(session: TradingSession): TokenVerbs {
  return { ...venueVerbs(session), ...holderVerbs(session) };
}

type VenueVerbs = Pick<TokenVerbs, 'list' | 'onboard' | 'offboard' | 'setBlocked' | 'setPaused' | 'setEligibility'>;

function venueVerbs(session: TradingSession): VenueVerbs {
  const { bridge } = session.options.addresses;
  const abi = mirrorTokenAbi;
  const to = (token: Hex, what: string, data: Hex, terms?: TransactionTerms): Promise<Sent> =>
    send(session, { what: `${what} on ${token}`, to: token, data }, terms);
  return {
    list: (args, terms) => {
      const { rightsId, laneId, name, symbol, decimals, eligibility } = args;
      const values = [rightsId, laneId, name, symbol, decimals, MODES.indexOf(eligibility)] as const;
      const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'list', args: values });
      return send(session, { what: `list ${rightsId}`, to: bridge, data }, terms);
    },
    onboard: (token, accounts, terms) =>
      to(token, 'onboard', encodeFunctionData({ abi, functionName: 'onboard', args: [accounts] }), terms),
    offboard: (token, accounts, terms) =>
      to(token, 'offboard', encodeFunctionData({ abi, functionName: 'offboard', args: [accounts] }), terms),
    setBlocked: (token, accounts, blocked, terms) =>
      to(
        token,
        'setBlocked',
        encodeFunctionData({ abi, functionName: 'setBlocked', args: [accounts, blocked] }),
        terms,
      ),
    setPaused: (token, paused, terms) =>
      to(token, 'setPaused', encodeFunctionData({ abi, functionName: 'setPaused', args: [paused] }), terms),
    setEligibility: (token, eligibility, terms) => {
      const args = [MODES.indexOf(eligibility)] as const;
      return to(token, 'setEligibility', encodeFunctionData({ abi, functionName: 'setEligibility', args }), terms);
    },
  };
}

function holderVerbs(session: TradingSession): Omit<TokenVerbs, keyof VenueVerbs> {
  const { client } = session;
  const abi = mirrorTokenAbi;
  return {
    transfer: (token, recipient, units, terms) => {
      const data = encodeFunctionData({ abi, functionName: 'transfer', args: [recipient, units] });
      return send(session, { what: `transfer on ${token}`, to: token, data }, terms);
    },
    balanceOf: (address, account, blockNumber) =>
      ask('balanceOf', () =>
        client.readContract({ abi, address, functionName: 'balanceOf', args: [account], ...atBlock(blockNumber) }),
      ),
    totalSupply: (address, blockNumber) =>
      ask('totalSupply', () =>
        client.readContract({ abi, address, functionName: 'totalSupply', ...atBlock(blockNumber) }),
      ),
    accountFlags: async (address, account) => {
      const [onboarded, blocked] = await ask('flagsOf', () =>
        client.readContract({ abi, address, functionName: 'flagsOf', args: [account] }),
      );
      return { onboarded, blocked };
    },
    tokenStatus: async (address) => {
      const [paused, halted, mode] = await ask('status', () =>
        client.readContract({ abi, address, functionName: 'status' }),
      );
      return { paused, halted, eligibility: MODES[mode] ?? 'ONBOARDED_ONLY' };
    },
  };
}

/** viem takes a block number or its absence, not undefined. */
export function atBlock(blockNumber: bigint | undefined): { blockNumber?: bigint } {
  return blockNumber === undefined ? {} : { blockNumber };
}
