import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fees } from '@twinspan/sdk';
import fc from 'fast-check';
import { FeeMarket } from '../../../src/chains/feeMarket.ts';

const CEILING = 1_000n;

function marketAt(baseFeePerGas: bigint, tip = 2n): FeeMarket {
  const market = { baseFeePerGas, maxFeePerGas: 2n * baseFeePerGas + tip, maxPriorityFeePerGas: tip };
  return new FeeMarket({ fees: () => Promise.resolve(market) }, CEILING, () => 0);
}

const wei = fc.bigInt({ min: 0n, max: 2n * CEILING });
const sane = fc.tuple(wei, wei).map(([a, b]): Fees => ({
  maxFeePerGas: a > b ? a : b,
  maxPriorityFeePerGas: a > b ? b : a,
}));
const isTenthMore = (a: bigint, b: bigint): boolean => a * 10n >= b * 11n;

describe('what is bid for gas', () => {
  it('is what the market asks for, never above the ceiling', async () => {
    assert.deepEqual(await marketAt(10n).current(), { maxFeePerGas: 22n, maxPriorityFeePerGas: 2n });
    assert.deepEqual(await marketAt(900n).current(), { maxFeePerGas: CEILING, maxPriorityFeePerGas: 2n });
    assert.deepEqual(await marketAt(1_000n, 5_000n).current(), {
      maxFeePerGas: CEILING,
      maxPriorityFeePerGas: CEILING,
    });
  });

  it('is nothing when the base fee alone is above the ceiling', async () => {
    await assert.rejects(marketAt(1_001n).current(), { code: 'FEES_TOO_HIGH' });
  });

  it('outbids by a tenth or more in both fields and at least the market, or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(sane, wei, wei, async (fees, base, tip) => {
        const bid = await marketAt(base, tip).outbid(fees);
        const mustExceed = [(fees.maxFeePerGas * 9n) / 8n + 1n, (fees.maxPriorityFeePerGas * 9n) / 8n + 1n, base, tip];
        if (bid === undefined) {
          assert.ok(mustExceed.some((least) => least > CEILING));
          return;
        }
        assert.ok(bid.maxFeePerGas <= CEILING && bid.maxPriorityFeePerGas <= bid.maxFeePerGas);
        assert.ok(isTenthMore(bid.maxFeePerGas, fees.maxFeePerGas));
        assert.ok(isTenthMore(bid.maxPriorityFeePerGas, fees.maxPriorityFeePerGas));
        assert.ok(bid.maxFeePerGas >= base && bid.maxPriorityFeePerGas >= tip);
      }),
    );
  });

  it('is asked for again after half a second', async () => {
    let nowMs = 0;
    let asked = 0;
    const fees = (): Promise<Fees & { baseFeePerGas: bigint }> => {
      asked += 1;
      return Promise.resolve({ baseFeePerGas: 1n, maxFeePerGas: 4n, maxPriorityFeePerGas: 2n });
    };
    const market = new FeeMarket({ fees }, CEILING, () => nowMs);
    await market.current();
    nowMs = 500;
    await market.current();
    assert.equal(asked, 1);
    nowMs = 501;
    await market.current();
    assert.equal(asked, 2);
  });
});
