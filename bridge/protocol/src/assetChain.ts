import { lengthPrefixed, sha256Hex } from './bytes.ts';
import type { Hex } from './hex.ts';

/** What names one asset chain: a chaincode on a channel of a network. */
export interface AssetChainName {
  readonly networkId: string;
  readonly channel: string;
  readonly chaincode: string;
}

/** sha256(lp("twinspan/asset-chain/1") ‖ lp(network id) ‖ lp(channel) ‖ lp(chaincode name)) */
export function assetChainIdOf(name: AssetChainName): Hex {
  return sha256Hex(
    lengthPrefixed('twinspan/asset-chain/1'),
    lengthPrefixed(name.networkId),
    lengthPrefixed(name.channel),
    lengthPrefixed(name.chaincode),
  );
}
