import { statusNumbers, type Hex, type BridgeLane, type Status } from '@twinspan/protocol';
import { zeroAddress } from 'viem';
import { bridgeAbi } from '../generated/abi.ts';
import { holdReasonOf, type HeldMessage, type HoldReason } from './bridgeVerbs.ts';
import { lowerAddress } from './lowerAddress.ts';
import { ask, type TradingSession } from './session.ts';
import { atBlock } from './tokenVerbs.ts';

/** minted + held + outboxed = sealed, minted being the token's total supply. */
export interface BridgeSupply {
  /** Attested total of sealed units. */
  readonly sealed: bigint;
  /** Attested total of released units. */
  readonly released: bigint;
  readonly held: bigint;
  /** Every unit ever appended to the outbox. */
  readonly outboxed: bigint;
}

export interface Listing {
  readonly laneId: bigint;
  readonly token: Hex;
}

/** What the newest delivered epoch with this record says. */
export interface AttestedState {
  readonly status: Status;
  readonly unitValue: bigint;
  readonly valuedAt: number;
  readonly commitment: Hex;
  /** keccak256 of the state's words 2 to 4: value, commitment, terms. */
  readonly particulars: Hex;
}

export interface ViewVerbs {
  /** All zero before the first delivery. `pending`: after what waits in the node's pool. */
  bridgeLane(laneId: bigint, at?: bigint | 'pending'): Promise<BridgeLane>;
  bridgeSupply(laneId: bigint, rightsId: Hex, blockNumber?: bigint): Promise<BridgeSupply>;
  listing(rightsId: Hex): Promise<Listing | undefined>;
  attested(laneId: bigint, rightsId: Hex): Promise<AttestedState | undefined>;
  isHeld(held: HeldMessage): Promise<boolean>;
  /** Why a message of this record would be held now, the recipient left aside; undefined when it would mint. */
  recordHoldReason(laneId: bigint, rightsId: Hex): Promise<HoldReason | undefined>;
}

export function viewVerbs(session: TradingSession): ViewVerbs {
  const { client, options } = session;
  const contract = { address: options.addresses.bridge, abi: bridgeAbi } as const;
  return {
    bridgeLane: (laneId, at) => laneAt(session, laneId, at),
    bridgeSupply: async (laneId, rightsId, blockNumber) => {
      const [sealed, released, held, outboxed] = await ask('supply', () =>
        client.readContract({ ...contract, functionName: 'supply', args: [laneId, rightsId], ...atBlock(blockNumber) }),
      );
      return { sealed, released, held, outboxed };
    },
    listing: async (rightsId) => {
      const [token, laneId] = await ask('listing', () =>
        client.readContract({ ...contract, functionName: 'listing', args: [rightsId] }),
      );
      return token === zeroAddress ? undefined : { token: lowerAddress(token), laneId };
    },
    attested: async (laneId, rightsId) => {
      const [number, unitValue, valuedAt, commitment, particulars] = await ask('attested', () =>
        client.readContract({ ...contract, functionName: 'attested', args: [laneId, rightsId] }),
      );
      const status = statusOf(number);
      return status === undefined ? undefined : { status, unitValue, valuedAt, commitment, particulars };
    },
    isHeld: (held) => ask('isHeld', () => client.readContract({ ...contract, functionName: 'isHeld', args: [held] })),
    recordHoldReason: async (laneId, rightsId) => {
      const args = [laneId, rightsId] as const;
      return holdReasonOf(
        await ask('recordHoldReason', () =>
          client.readContract({ ...contract, functionName: 'recordHoldReason', args }),
        ),
      );
    },
  };
}

async function laneAt(
  { client, options }: TradingSession,
  laneId: bigint,
  at: bigint | 'pending' | undefined,
): Promise<BridgeLane> {
  const call = { address: options.addresses.bridge, abi: bridgeAbi, functionName: 'lane', args: [laneId] } as const;
  const when = at === 'pending' ? { blockTag: at } : atBlock(at);
  const [epoch, previousHeader, nextMessage, sealedAt, releasedThrough] = await ask('lane', () =>
    client.readContract({ ...call, ...when }),
  );
  return { epoch, previousHeader, nextMessage, sealedAt, releasedThrough };
}

function statusOf(number: number): Status | undefined {
  if (number === statusNumbers.ACTIVE) return 'ACTIVE';
  if (number === statusNumbers.FROZEN) return 'FROZEN';
  return number === statusNumbers.REVOKED ? 'REVOKED' : undefined;
}
