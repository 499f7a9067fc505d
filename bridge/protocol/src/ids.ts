import { concatBytes, bytesFromUint, lengthPrefixed, sha248Hex, sha256Hex } from './bytes.ts';
import { bytesFromHex } from './hex.ts';
import type { Hex } from './hex.ts';

/** sha248(lp("twinspan/rights/1") ‖ lp(MSP id) ‖ lp(registration number)) */
export function rightsIdOf(mspId: string, registrationNumber: string): Hex {
  return sha248Hex(lengthPrefixed('twinspan/rights/1'), lengthPrefixed(mspId), lengthPrefixed(registrationNumber));
}

/** sha248(lp("twinspan/owner/1") ‖ lp(owner)) */
export function ownerHashOf(owner: string): Hex {
  return sha248Hex(lengthPrefixed('twinspan/owner/1'), lengthPrefixed(owner));
}

/** What a mirror token is listed under; `decimals` is 0–6. */
export interface Terms {
  readonly rightsId: Hex;
  readonly decimals: number;
  readonly name: string;
  readonly symbol: string;
}

/** sha256(lp("twinspan/terms/1") ‖ rightsId(32) ‖ decimals(1) ‖ lp(name) ‖ lp(symbol)) */
export function termsHashOf(terms: Terms): Hex {
  return sha256Hex(
    concatBytes(
      lengthPrefixed('twinspan/terms/1'),
      bytesFromHex(terms.rightsId, 32),
      bytesFromUint(terms.decimals, 1),
      lengthPrefixed(terms.name),
      lengthPrefixed(terms.symbol),
    ),
  );
}
