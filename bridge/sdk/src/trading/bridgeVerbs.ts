import { bytes32FromAccount, type Hex } from '@twinspan/protocol';
import { encodeFunctionData } from 'viem';
import type { Bundle } from '../bundle.ts';
import { bridgeAbi } from '../generated/abi.ts';
import { send } from './send.ts';
import type { TradingSession } from './session.ts';
import type { Call, Sent, TransactionTerms } from './sent.ts';

/** What the contract needs to find a held message again: it stores only its hash. */
export interface HeldMessage {
  readonly laneId: bigint;
  readonly message: bigint;
  readonly rightsId: Hex;
  readonly recipient: Hex;
  readonly units: bigint;
  /** Unix seconds. */
  readonly heldAt: number;
}

/** Protocol §7, by number: the order of the Solidity enum. */
export const holdReasons = [
  'RECORD_NOT_LISTED',
  'RECORD_NOT_ACTIVE',
  'RECORD_NOT_BACKED',
  'TOKEN_PAUSED',
  'RECIPIENT_REFUSED',
] as const;
export type HoldReason = (typeof holdReasons)[number];

/** undefined for 0: not held. */
export function holdReasonOf(number: number): HoldReason | undefined {
  return holdReasons[number - 1];
}

export interface BridgeVerbs {
  deliver(bundle: Bundle, terms?: TransactionTerms): Promise<Sent>;
  retry(held: HeldMessage, terms?: TransactionTerms): Promise<Sent>;
  bounce(held: HeldMessage, terms?: TransactionTerms): Promise<Sent>;
  /** Burns the caller's units and asks for them back on `account` of the custodian's book. */
  redeem(
    args: { readonly rightsId: Hex; readonly units: bigint; readonly account: string },
    terms?: TransactionTerms,
  ): Promise<Sent>;
}

export function bridgeVerbs(session: TradingSession): BridgeVerbs {
  const to = session.options.addresses.bridge;
  return {
    deliver: (bundle, terms) => send(session, deliverCall(to, bundle), terms),
    retry: (held, terms) => send(session, retryCall(to, held), terms),
    bounce: (held, terms) => {
      const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'bounce', args: [held] });
      return send(session, { what: `bounce ${placeOf(held)}`, to, data }, terms);
    },
    redeem: async ({ rightsId, units, account }, terms) => {
      const args = [rightsId, units, bytes32FromAccount(account)] as const;
      const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'redeem', args });
      return send(session, { what: `redeem ${units.toString()} of ${rightsId}`, to, data }, terms);
    },
  };
}

export function deliverCall(to: Hex, bundle: Bundle): Call {
  const args = [bundle.payload, bundle.endorsements, bundle.words] as const;
  return {
    what: `deliver epoch ${bundle.epoch.toString()} of lane ${bundle.laneId.toString()}`,
    to,
    data: encodeFunctionData({ abi: bridgeAbi, functionName: 'deliver', args }),
  };
}

export function retryCall(to: Hex, held: HeldMessage): Call {
  const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'retry', args: [held] });
  return { what: `retry ${placeOf(held)}`, to, data };
}

function placeOf(held: HeldMessage): string {
  return `message ${held.message.toString()} of lane ${held.laneId.toString()}`;
}
