import { keccak256, type LocalAccount } from 'viem';
import type { Call, Signed, SignedTerms } from './sent.ts';

/** Makes a call the account's transaction without sending it, so that its hash can be kept first. */
export async function signCall(
  account: LocalAccount,
  chainId: number,
  { to, data }: Call,
  { nonce, gas, maxFeePerGas, maxPriorityFeePerGas }: SignedTerms,
): Promise<Signed> {
  const fees = { maxFeePerGas, maxPriorityFeePerGas };
  const raw = await account.signTransaction({ chainId, type: 'eip1559', to, data, nonce, gas, ...fees });
  return { raw, hash: keccak256(raw) };
}
