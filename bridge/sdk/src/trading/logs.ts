import type { Hex, ReleaseKind } from '@twinspan/protocol';
import type { HeldMessage, HoldReason } from './bridgeVerbs.ts';

export interface LogPlace {
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly logIndex: number;
  readonly txHash: Hex;
}

export type BridgeEvent = LogPlace &
  (
    | {
        readonly name: 'EpochDelivered';
        readonly laneId: bigint;
        readonly epoch: bigint;
        readonly headerHash: Hex;
        readonly firstMessage: bigint;
        readonly messageCount: number;
      }
    | { readonly name: 'MessageHeld'; readonly held: HeldMessage; readonly reason: HoldReason }
    | { readonly name: 'HeldMinted'; readonly laneId: bigint; readonly message: bigint }
    | { readonly name: 'HeldBounced'; readonly laneId: bigint; readonly message: bigint }
    | {
        readonly name: 'Outboxed';
        readonly laneId: bigint;
        readonly index: bigint;
        readonly kind: ReleaseKind;
        readonly rightsId: Hex;
        readonly units: bigint;
        readonly target: Hex;
      }
    | { readonly name: 'Listed'; readonly rightsId: Hex; readonly laneId: bigint; readonly token: Hex }
    | {
        readonly name: 'BackingProven';
        readonly commitment: Hex;
        readonly policy: bigint;
        readonly units: bigint;
        readonly unitValue: bigint;
        readonly until: number;
      }
    | { readonly name: 'PolicySet'; readonly policy: bigint }
  );

export interface BlockSpan {
  readonly fromBlock: bigint;
  readonly toBlock: bigint;
}

export interface HeldTrace {
  readonly held: HeldMessage;
  readonly reason: HoldReason;
  readonly state: 'held' | 'minted' | 'bounced';
}

export interface LogVerbs {
  /** Events of Bridge and Backings in chain order, read in pages of blocks. `names` narrows them. */
  bridgeEvents(span: BlockSpan, names?: readonly BridgeEvent['name'][]): AsyncIterable<BridgeEvent>;
  /** Every message ever held on the lane and how it ended, as of `toBlock` (default: the tip). */
  heldMessages(laneId: bigint, span?: Partial<BlockSpan>): Promise<readonly HeldTrace[]>;
}
