import type { Hex } from '@twinspan/protocol';
import { signCall } from '@twinspan/sdk';
import type { Call, Signed, SignedTerms } from '@twinspan/sdk';
import { privateKeyToAccount } from 'viem/accounts';

/** One key that pays for gas. */
export interface Signer {
  /** Lower case. */
  readonly address: Hex;
  sign(call: Call, terms: SignedTerms): Promise<Signed>;
}

export function signerOf(key: Hex, chainId: number): Signer {
  const account = privateKeyToAccount(key);
  return {
    address: `0x${account.address.slice(2).toLowerCase()}`,
    sign: (call, terms) => signCall(account, chainId, call, terms),
  };
}
