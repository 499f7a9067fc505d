import { bytesFromHex, ZERO_WORD } from '../hex.ts';
import type { Hex } from '../hex.ts';
import { uintFromBytes } from '../bytes.ts';
import { Fault } from '../faults.ts';
import { outboxHeadSlotOf } from '../outbox.ts';
import { mappingSlotOf, provenWord } from './storageProof.ts';
import type { StorageProof } from './storageProof.ts';

/** Where `Bridge` keeps its lanes (its storage layout). */
const LANES_POSITION = 3;

/** How far a lane is on the trading chain. */
export interface BridgeLane {
  /** Last delivered epoch; 0 before the first. */
  readonly epoch: bigint;
  readonly previousHeader: Hex;
  readonly nextMessage: bigint;
  /** Unix seconds of the last delivered epoch. */
  readonly sealedAt: number;
  readonly releasedThrough: bigint;
}

/** A lane's two slots in `Bridge`: the header's hash; epoch(64) · nextMessage(64) · releasedThrough(64) · sealedAt(64). */
export function laneSlotsOf(laneId: bigint): readonly [Hex, Hex] {
  const first = mappingSlotOf(laneId, LANES_POSITION);
  const second = uintFromBytes(bytesFromHex(first, 32)) + 1n;
  return [first, `0x${second.toString(16).padStart(64, '0')}`];
}

export function bridgeLaneOf(previousHeader: Hex, progress: Hex): BridgeLane {
  const bytes = bytesFromHex(progress, 32);
  const field = (place: number): bigint => uintFromBytes(bytes.subarray(8 * place, 8 * place + 8));
  return {
    previousHeader,
    epoch: field(0),
    nextMessage: field(1),
    releasedThrough: field(2),
    sealedAt: Number(field(3)),
  };
}

/**
 * The lane's outbox head as the state root commits to it: state root → account of the lane's bridge → its storage →
 * the slot of protocol §8.
 * @throws Fault PROOF_BAD, also when the outbox is proven to be empty
 */
export async function provenOutboxHead(
  lane: { readonly laneId: bigint; readonly bridge: Hex },
  stateRoot: Hex,
  proof: StorageProof,
): Promise<Hex> {
  const head = await provenWord(stateRoot, lane.bridge, outboxHeadSlotOf(lane.laneId), proof);
  if (head === ZERO_WORD) throw new Fault('PROOF_BAD', 'the storage proof does not lead from the root to a value');
  return head;
}
