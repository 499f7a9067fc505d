import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import type { FaultCode } from '@twinspan/protocol';
import type { CarrierChain } from '../../fakes/carrierNode.ts';
import { inWorld, rowsOf } from './world.ts';

type Receipt = CarrierChain['receipt'];

const refused =
  (code: FaultCode): Receipt =>
  () =>
    Promise.reject(new Fault(code, 'as the node says'));

/** What became of a delivery that was mined, by a node that answers so about receipts. */
function verdictWith(receipt: Receipt, isDelivered = true): Promise<string> {
  return new Promise((resolve, reject) => {
    inWorld([1, 1], async (world) => {
      let isMined = false;
      const through = (chain: CarrierChain): CarrierChain => ({
        ...chain,
        receipt: (hash) => (isMined ? receipt(hash) : chain.receipt(hash)),
        bridgeLane: (laneId, at) => chain.bridgeLane(laneId, isDelivered ? at : 0n),
      });
      const carrier = await world.openWithAll({ through });
      await carrier.settle();
      const [{ sender, nonce, purpose } = assert.fail()] = await rowsOf(carrier);
      world.trading.mine();
      isMined = true;
      resolve(await carrier.wallet.verdict({ sender, nonce }, purpose));
    }).catch(reject);
  });
}

describe('a delivery whose nonce is used up', () => {
  it('has done its work although its receipt is forgotten', async () => {
    assert.equal(await verdictWith(() => Promise.resolve(undefined)), 'mined');
  });

  it('has done its work although its receipt is bad', async () => {
    assert.equal(await verdictWith(refused('CHAIN_ANSWER_BAD')), 'mined');
  });

  it('is gone when its work is not done, whatever is said of its receipt', async () => {
    assert.equal(await verdictWith(() => Promise.resolve(undefined), false), 'gone');
    assert.equal(await verdictWith(refused('CHAIN_ANSWER_BAD'), false), 'gone');
    assert.equal(await verdictWith(refused('DELIVERY_REVERTED'), false), 'gone');
  });

  it('is not judged while nobody answers', async () => {
    await assert.rejects(verdictWith(refused('CHAIN_UNREACHABLE')), { code: 'CHAIN_UNREACHABLE' });
  });
});
