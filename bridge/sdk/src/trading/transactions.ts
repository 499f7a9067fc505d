import type { Hex } from '@twinspan/protocol';
import { lowerAddress } from './lowerAddress.ts';
import { broadcast, estimateGas, feesNow, receiptOf } from './send.ts';
import type { Call, Market, Receipt, Signed } from './sent.ts';
import { accountOf, ask, type TradingSession } from './session.ts';

export interface TransactionVerbs {
  /** The signing account; undefined on a read-only client. */
  readonly address: Hex | undefined;
  /** undefined while not mined. @throws Fault when it reverted. */
  receipt(hash: Hex): Promise<Receipt | undefined>;
  /** Next nonce by the chain, pending transactions included when `pending`; of the client's own account when none is named. */
  nonce(block?: 'latest' | 'pending', of?: Hex): Promise<number>;
  fees(): Promise<Market>;
  /** Gas that the call would take after the newest block, or after what waits in the node's pool. @throws Fault when it would revert */
  estimate(call: Call, from: Hex, block?: 'latest' | 'pending'): Promise<bigint>;
  /**
   * Hands a signed transaction to the node; one that it knows already is fine.
   * @throws Fault NONCE_TAKEN, UNDERPRICED, FEES_TOO_HIGH, FUNDS_SHORT, GAS_REFUSED: it was refused; SUBMIT_UNCERTAIN,
   * CHAIN_UNREACHABLE: the outcome is not known
   */
  broadcast(signed: Signed, what: string): Promise<void>;
  /** Gas that one new storage slot takes on this chain now: the difference of two estimates. */
  slotGas(): Promise<bigint>;
  /** In wei; of the client's own account when none is named. */
  etherBalance(of?: Hex): Promise<bigint>;
}

/** Creation code of equal length and content but for one byte: PUSH1 1, PUSH1 0, then SSTORE or POP, POP. */
const WRITES_ONE_SLOT = '0x600160005500';
const WRITES_NOTHING = '0x600160005050';

export function transactionVerbs(session: TradingSession): TransactionVerbs {
  const { client, options } = session;
  return {
    address: options.account === undefined ? undefined : lowerAddress(options.account.address),
    receipt: (hash) => receiptOf(session, hash),
    nonce: (blockTag = 'pending', of) => {
      const address = of ?? accountOf(options).address;
      return ask('the nonce', () => client.getTransactionCount({ address, blockTag }));
    },
    fees: () => feesNow(session),
    estimate: (call, from, block) => estimateGas(session, call, from, block),
    broadcast: (signed, what) => broadcast(session, signed, what),
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
