import type { Hex } from '@twinspan/protocol';
import { addressField } from '@twinspan/protocol';

/** viem answers checksummed addresses; ours are lower-case everywhere, so that equal addresses are equal strings. */
export function lowerAddress(address: string): Hex {
  return addressField.parse(address.toLowerCase());
}
