/** Gas limits for a delivery that cannot be tried first because the epoch before it is still in the pool. */
const FIXED = 250_000n;
/** A state seen for the first time fills five storage slots. */
const PER_STATE = 140_000n;
/** A held message fills a slot and logs; a mint fills one. */
const PER_MESSAGE = 36_000n;
/** EIP-7825: no transaction may ask for more. */
const TRANSACTION_CAP = 16_777_216n;

export function deliveryGasLimit(counts: { readonly messageCount: number; readonly stateCount: number }): bigint {
  const gas = FIXED + PER_STATE * BigInt(counts.stateCount) + PER_MESSAGE * BigInt(counts.messageCount);
  return gas < TRANSACTION_CAP ? gas : TRANSACTION_CAP;
}

/** An estimate with a sixth more: state may change between the estimate and the block. */
export function withMargin(estimate: bigint): bigint {
  const gas = (estimate * 7n) / 6n;
  return gas < TRANSACTION_CAP ? gas : TRANSACTION_CAP;
}
