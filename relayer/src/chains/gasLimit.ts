/** EIP-7825: no transaction may ask for more. */
export const TRANSACTION_CAP = 16_777_216n;

/** An estimate with a sixth more: state may change between the estimate and the block. */
export function withMargin(estimate: bigint): bigint {
  return capped((estimate * 7n) / 6n);
}

export function capped(gas: bigint): bigint {
  return gas < TRANSACTION_CAP ? gas : TRANSACTION_CAP;
}
