import { sha256 } from '@noble/hashes/sha2.js';
import { bytesFromUint, concatBytes, lengthPrefixed, uintFromBytes } from './bytes.ts';
import { bytesFromHex } from './hex.ts';
import type { Hex } from './hex.ts';

/** What a lane id is derived from; `ordinal` tells one custodian's lanes to the same bridge apart (uint16). */
export interface LaneName {
  readonly mspId: string;
  readonly tradingChainId: bigint;
  readonly bridge: Hex;
  readonly ordinal: number;
}

/** uint64: first 8 bytes of sha256(lp("twinspan/lane/1") ‖ lp(MSP id) ‖ tradingChainId(8) ‖ bridge(20) ‖ ordinal(2)) */
export function laneIdOf(name: LaneName): bigint {
  const preimage = concatBytes(
    lengthPrefixed('twinspan/lane/1'),
    lengthPrefixed(name.mspId),
    bytesFromUint(name.tradingChainId, 8),
    bytesFromHex(name.bridge, 20),
    bytesFromUint(name.ordinal, 2),
  );
  return uintFromBytes(sha256(preimage).subarray(0, 8));
}
