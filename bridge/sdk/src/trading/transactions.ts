import type { Hex } from '@twinspan/protocol';
import { lowerAddress } from './lowerAddress.ts';
import { feesNow, receiptOf, send, type Fees } from './send.ts';
import { accountOf, ask, type TradingSession } from './session.ts';

/** What the sender decides about one transaction; whatever is absent is filled in by the client. */
export interface TransactionTerms {
  /** Absent: the client's own queue hands out the next one. */
  readonly nonce?: number;
  readonly gas?: bigint;
  readonly maxFeePerGas?: bigint;
  readonly maxPriorityFeePerGas?: bigint;
  /** Default true: the call is tried first and a revert becomes a Fault before anything is sent. */
  readonly simulate?: boolean;
}

export interface Receipt {
  readonly hash: Hex;
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly gasUsed: bigint;
  readonly effectiveGasPrice: bigint;
}

/** A transaction on its way. */
export interface Sent {
  readonly hash: Hex;
  readonly nonce: number;
  /** Resolves when mined and successful. @throws Fault when it reverted or the wait ran out (outcome unknown: look the hash up). */
  confirmed(timeoutMs?: number): Promise<Receipt>;
}

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
  /** In wei; of the client's own account when none is named. */
  etherBalance(of?: Hex): Promise<bigint>;
}

const PLAIN_TRANSFER_GAS = 21_000n;

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
    etherBalance: (of) => {
      const address = of ?? accountOf(options).address;
      return ask('the balance', () => client.getBalance({ address }));
    },
  };
}
