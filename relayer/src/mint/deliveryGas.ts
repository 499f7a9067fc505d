import { MAX_MESSAGES, MAX_STATES } from '@twinspan/protocol';
import type { TradingChain } from '@twinspan/sdk';
import { capped, TRANSACTION_CAP } from '../chains/gasLimit.ts';

/** What an epoch holds. */
export interface EpochSize {
  readonly messageCount: number;
  readonly stateCount: number;
}

const FIXED = 250_000n;
/** Besides the storage slots that a state fills when it is seen for the first time. */
const PER_STATE = 30_000n;
const SLOTS_PER_STATE = 5n;
/** Besides the slot that a mint or a held message fills. */
const PER_MESSAGE = 14_000n;
/** A fork can reprice storage while a node runs. */
const MEASURED_FOR_MS = 60_000;

/**
 * What deliveries cost at most on the trading chain as it is now. Storage is priced differently from chain to chain, and an
 * epoch that does not fit into one transaction could never be delivered: what is sealed has to fit.
 */
export class DeliveryGas {
  readonly #trading: Pick<TradingChain, 'slotGas'>;
  readonly #clock: () => number;
  #perSlot = 0n;
  #measuredAtMs = Number.NEGATIVE_INFINITY;

  constructor(trading: Pick<TradingChain, 'slotGas'>, clock: () => number) {
    this.#trading = trading;
    this.#clock = clock;
  }

  /** The largest epoch with so many states; undefined when not even the states fit. @throws Fault CHAIN_UNREACHABLE */
  async mostMessages(stateCount: number): Promise<number | undefined> {
    await this.#measure();
    const left = TRANSACTION_CAP - this.#estimate({ messageCount: 0, stateCount });
    if (left < 0n || stateCount > MAX_STATES) return undefined;
    return Math.min(MAX_MESSAGES, Number(left / (PER_MESSAGE + this.#perSlot)));
  }

  /** States of one epoch without messages. @throws Fault CHAIN_UNREACHABLE */
  async mostStates(): Promise<number> {
    await this.#measure();
    const left = TRANSACTION_CAP - FIXED;
    return Math.min(MAX_STATES, Number(left / (PER_STATE + SLOTS_PER_STATE * this.#perSlot)));
  }

  /** The gas limit of a delivery that cannot be tried first, because the epoch before it is still in the pool. */
  async limit(size: EpochSize): Promise<bigint> {
    await this.#measure();
    return capped(this.#estimate(size));
  }

  #estimate({ messageCount, stateCount }: EpochSize): bigint {
    const state = PER_STATE + SLOTS_PER_STATE * this.#perSlot;
    return FIXED + state * BigInt(stateCount) + (PER_MESSAGE + this.#perSlot) * BigInt(messageCount);
  }

  async #measure(): Promise<void> {
    if (this.#clock() - this.#measuredAtMs < MEASURED_FOR_MS) return;
    this.#perSlot = await this.#trading.slotGas();
    this.#measuredAtMs = this.#clock();
  }
}
