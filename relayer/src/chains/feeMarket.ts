import { Fault } from '@twinspan/protocol';
import type { Fees, Market, TradingChain } from '@twinspan/sdk';

const MARKET_AGE_MS = 500;
/** Nodes ask for a tenth more in both fields to replace a transaction; an eighth is safe. */
const BUMP = { of: 9n, by: 8n };

/** What gas costs now, and what the carrier is allowed to pay for it. */
export class FeeMarket {
  readonly #trading: Pick<TradingChain, 'fees'>;
  readonly #ceiling: bigint;
  readonly #clock: () => number;
  #seen: { readonly atMs: number; readonly market: Market } | undefined;

  /** @param ceiling most that is paid per gas, in wei */
  constructor(trading: Pick<TradingChain, 'fees'>, ceiling: bigint, clock: () => number) {
    this.#trading = trading;
    this.#ceiling = ceiling;
    this.#clock = clock;
  }

  /** As last asked for. */
  get seen(): Market | undefined {
    return this.#seen?.market;
  }

  async market(): Promise<Market> {
    const nowMs = this.#clock();
    if (this.#seen === undefined || nowMs - this.#seen.atMs > MARKET_AGE_MS) {
      this.#seen = { atMs: nowMs, market: await this.#trading.fees() };
    }
    return this.#seen.market;
  }

  /** @throws Fault FEES_TOO_HIGH when the newest block's base fee is above the ceiling */
  async current(): Promise<Fees> {
    const { baseFeePerGas, maxFeePerGas, maxPriorityFeePerGas } = await this.market();
    if (baseFeePerGas > this.#ceiling) {
      throw new Fault('FEES_TOO_HIGH', `the base fee is ${baseFeePerGas} wei and the ceiling ${this.#ceiling}`);
    }
    return within(this.#ceiling, { maxFeePerGas, maxPriorityFeePerGas });
  }

  /** Fees that take the place of `fees` in a pool and would be mined now; undefined when the ceiling does not allow them. */
  async outbid(fees: Fees): Promise<Fees | undefined> {
    const market = await this.market();
    const maxPriorityFeePerGas = larger(bumped(fees.maxPriorityFeePerGas), market.maxPriorityFeePerGas);
    const least = larger(larger(bumped(fees.maxFeePerGas), market.baseFeePerGas), maxPriorityFeePerGas);
    if (least > this.#ceiling) return undefined;
    return within(this.#ceiling, { maxFeePerGas: larger(least, market.maxFeePerGas), maxPriorityFeePerGas });
  }
}

function bumped(wei: bigint): bigint {
  return (wei * BUMP.of) / BUMP.by + 1n;
}

function within(ceiling: bigint, { maxFeePerGas, maxPriorityFeePerGas }: Fees): Fees {
  const most = smaller(maxFeePerGas, ceiling);
  return { maxFeePerGas: most, maxPriorityFeePerGas: smaller(maxPriorityFeePerGas, most) };
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
