import type { Hex } from '@twinspan/protocol';
import type { Bundle } from '../bundle.ts';
import type { Sent, TransactionTerms } from './transactions.ts';

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

/** Protocol §7. */
export type HoldReason =
  'RECORD_NOT_LISTED' | 'RECORD_NOT_ACTIVE' | 'RECORD_NOT_BACKED' | 'TOKEN_PAUSED' | 'RECIPIENT_REFUSED';

export interface BridgeVerbs {
  deliver(bundle: Bundle, terms?: TransactionTerms): Promise<Sent>;
  /** Gas that a delivery of this bundle would take now. @throws Fault when it would revert. */
  estimateDeliver(bundle: Bundle): Promise<bigint>;
  retry(held: HeldMessage, terms?: TransactionTerms): Promise<Sent>;
  bounce(held: HeldMessage, terms?: TransactionTerms): Promise<Sent>;
  /** Burns the caller's units and asks for them back on `account` of the custodian's book. */
  redeem(
    args: { readonly rightsId: Hex; readonly units: bigint; readonly account: string },
    terms?: TransactionTerms,
  ): Promise<Sent>;
}
