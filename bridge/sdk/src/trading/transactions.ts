import type { Hex } from '@twinspan/protocol';
import { lowerAddress } from './lowerAddress.ts';
import { feesNow, receiptOf, send } from './send.ts';
import type { Fees, Receipt, Sent } from './sent.ts';
import { accountOf, ask, type TradingSession } from './session.ts';

export interface TransactionVerbs {
  /** The signing account; undefined on a read-only client. */
  readonly address: Hex | undefined;
  /** undefined while not mined. @throws Fault when it reverted. */
  receipt(hash: Hex): Promise<Receipt | undefined>;
  /** Next nonce by the chain, pending transactions included when `pending`. */
  nonce(block?: 'latest' | 'pending'): Promise<number>;
  fees(): Promise<Fees>;
  /** An empty transaction to oneself that takes the place of a stuck one. */
  cancelNonce(nonce: number, fees: Fees): Promise<Sent>;
  /** Gas that one new storage slot takes on this chain now: the difference of two estimates. */
  slotGas(): Promise<bigint>;
  /** In wei; of the client's own account when none is named. */
  etherBalance(of?: Hex): Promise<bigint>;
}

const PLAIN_TRANSFER_GAS = 21_000n;
/** Creation code of equal length and content but for one byte: PUSH1 1, PUSH1 0, then SSTORE or POP, POP. */
const WRITES_ONE_SLOT = '0x600160005500';
const WRITES_NOTHING = '0x600160005050';

export function transactionVerbs(session: TradingSession): TransactionVerbs {
  const { client, options } = session;
  return {
    address: options.account === undefined ? undefined : lowerAddress(options.account.address),
    receipt: (hash) => receiptOf(session, hash),
    nonce: (blockTag = 'pending') => {
      const { address } = accountOf(options);
      return ask('the nonce', () => client.getTransactionCount({ address, blockTag }));
    },
    fees: () => feesNow(session),
    cancelNonce: (nonce, fees) => {
      const call = { what: `cancel nonce ${nonce}`, to: accountOf(options).address, data: '0x' } as const;
      return send(session, call, { ...fees, nonce, gas: PLAIN_TRANSFER_GAS, simulate: false });
    },
    slotGas: async () => {
      const [writing, idle] = await ask('the price of storage', () =>
        Promise.all([client.estimateGas({ data: WRITES_ONE_SLOT }), client.estimateGas({ data: WRITES_NOTHING })]),
      );
      return writing - idle;
    },
    etherBalance: (of) => {
      const address = of ?? accountOf(options).address;
      return ask('the balance', () => client.getBalance({ address }));
    },
  };
}
