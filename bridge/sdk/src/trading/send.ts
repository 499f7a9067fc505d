import { setTimeout as delay } from 'node:timers/promises';
import { Fault, type Hex } from '@twinspan/protocol';
import { BaseError, TransactionReceiptNotFoundError, type TransactionReceipt } from 'viem';
import { revertFault, tradingFault } from './revert.ts';
import { accountOf, ask, type TradingSession } from './session.ts';
import type { Call, Fees, Market, Receipt, Sent, Signed, SignedTerms, TransactionTerms } from './sent.ts';
import { signCall } from './signCall.ts';

/** State moves between the estimate and the block: a fifth more is rarely used and never charged. */
const GAS_MARGIN_PERCENT = 20n;
const CONFIRM_TIMEOUT_MS = 60_000;
/** Twice the base fee stays enough through six full blocks, and only what the block asks for is paid. */
const BASE_FEE_HEADROOM = 2n;

/** Tries the call, signs it here and sends it. @throws Fault before anything was sent, or SUBMIT_UNCERTAIN after */
export async function send(session: TradingSession, call: Call, terms: TransactionTerms = {}): Promise<Sent> {
  if (terms.gas !== undefined && terms.simulate !== false) await simulate(session, call);
  const gas = terms.gas ?? withMargin(await estimateGas(session, call));
  const fees = await feesFor(session, terms);
  const signAndSend = (nonce: number): Promise<Sent> => signed(session, call, { ...fees, gas, nonce });
  return terms.nonce === undefined ? session.nonces.take(signAndSend) : signAndSend(terms.nonce);
}

/** Tries the call as `from`, the client's own account unless named. @throws Fault when it would revert */
export async function estimateGas(
  session: TradingSession,
  { what, to, data }: Call,
  from?: Hex,
  blockTag: 'latest' | 'pending' = 'latest',
): Promise<bigint> {
  const account = from ?? accountOf(session.options).address;
  return ask(what, () => session.client.estimateGas({ account, to, data, blockTag }));
}

async function simulate(session: TradingSession, call: Call): Promise<void> {
  const account = accountOf(session.options).address;
  await ask(call.what, () => session.client.call({ account, to: call.to, data: call.data }));
}

function withMargin(gas: bigint): bigint {
  return gas + (gas * GAS_MARGIN_PERCENT) / 100n;
}

export async function feesNow({ client }: TradingSession): Promise<Market> {
  const [block, maxPriorityFeePerGas] = await ask('the fee estimate', () =>
    Promise.all([client.getBlock({ blockTag: 'latest' }), client.estimateMaxPriorityFeePerGas()]),
  );
  const baseFeePerGas = block.baseFeePerGas ?? 0n;
  const maxFeePerGas = baseFeePerGas * BASE_FEE_HEADROOM + maxPriorityFeePerGas;
  return { baseFeePerGas, maxFeePerGas, maxPriorityFeePerGas };
}

async function feesFor(session: TradingSession, terms: TransactionTerms): Promise<Fees> {
  const { maxFeePerGas, maxPriorityFeePerGas } = terms;
  if (maxFeePerGas !== undefined && maxPriorityFeePerGas !== undefined) return { maxFeePerGas, maxPriorityFeePerGas };
  const now = await feesNow(session);
  return {
    maxFeePerGas: maxFeePerGas ?? now.maxFeePerGas,
    maxPriorityFeePerGas: maxPriorityFeePerGas ?? now.maxPriorityFeePerGas,
  };
}

async function signed(session: TradingSession, call: Call, terms: SignedTerms): Promise<Sent> {
  const transaction = await signCall(accountOf(session.options), session.options.chainId, call, terms);
  const { hash } = transaction;
  await broadcast(session, transaction, call.what);
  return {
    hash,
    nonce: terms.nonce,
    confirmed: (timeoutMs = CONFIRM_TIMEOUT_MS) => confirmed(session, { hash, what: call.what, timeoutMs }),
  };
}

/** The hash is known before sending, so a lost answer leaves a transaction that can be looked up. */
export async function broadcast(session: TradingSession, { raw, hash }: Signed, what: string): Promise<void> {
  try {
    await session.client.sendRawTransaction({ serializedTransaction: raw });
  } catch (error) {
    if (error instanceof BaseError && /already known|already imported/i.test(error.details)) return;
    const fault = tradingFault(what, error);
    if (fault.code !== 'TIMED_OUT') throw fault;
    throw new Fault('SUBMIT_UNCERTAIN', `${what}: no answer after sending transaction ${hash}`, { cause: error });
  }
}

async function confirmed(
  session: TradingSession,
  about: { readonly hash: Hex; readonly what: string; readonly timeoutMs: number },
): Promise<Receipt> {
  const deadline = Date.now() + about.timeoutMs;
  for (;;) {
    const receipt = await receiptOf(session, about.hash, about.what);
    if (receipt !== undefined) return receipt;
    if (Date.now() >= deadline) {
      throw new Fault(
        'TRANSACTION_STUCK',
        `${about.what}: transaction ${about.hash} was not mined in ${about.timeoutMs} ms`,
      );
    }
    await delay(session.pollMs);
  }
}

/** undefined while not mined. @throws Fault when it reverted */
export async function receiptOf(
  session: TradingSession,
  hash: Hex,
  what = `transaction ${hash}`,
): Promise<Receipt | undefined> {
  const receipt = await ask(what, () => findReceipt(session, hash));
  if (receipt === undefined) return undefined;
  if (receipt.status === 'reverted') throw await whyReverted(session, receipt, what);
  return {
    hash,
    blockNumber: receipt.blockNumber,
    blockHash: receipt.blockHash,
    gasUsed: receipt.gasUsed,
    effectiveGasPrice: receipt.effectiveGasPrice,
  };
}

async function findReceipt(session: TradingSession, hash: Hex): Promise<TransactionReceipt | undefined> {
  try {
    const receipt = await session.client.getTransactionReceipt({ hash });
    if (receipt.transactionHash === hash) return receipt;
    throw new Fault('CHAIN_ANSWER_BAD', `asked for the receipt of ${hash}, got that of ${receipt.transactionHash}`);
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return undefined;
    throw error;
  }
}

/** A receipt does not say why: the call is run again on the state before its block, which is nearly always the same. */
async function whyReverted(session: TradingSession, receipt: TransactionReceipt, what: string): Promise<Fault> {
  const { transactionHash: hash, blockNumber, from: account, to } = receipt;
  const { input } = await ask(what, () => session.client.getTransaction({ hash }));
  try {
    await session.client.call({ account, to, data: input, blockNumber: blockNumber - 1n });
  } catch (error) {
    return tradingFault(what, error);
  }
  return revertFault(what, '0x');
}
