import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withMargin } from '../../src/chains/gasLimit.ts';
import { DeliveryGas } from '../../src/mint/deliveryGas.ts';

const CAP = 16_777_216n;

function gasAt(perSlot: bigint): DeliveryGas {
  return new DeliveryGas({ slotGas: () => Promise.resolve(perSlot) }, () => 0);
}

describe('DeliveryGas', () => {
  it('lets an epoch be full where storage is cheap', async () => {
    assert.equal(await gasAt(22_100n).mostMessages(32), 256);
    assert.equal(await gasAt(22_100n).mostStates(), 64);
  });

  it('lets an epoch hold no more than one transaction can pay for where storage is dear', async () => {
    const gas = gasAt(112_000n);
    const messageCount = await gas.mostMessages(1);
    assert.ok(messageCount !== undefined && messageCount > 64 && messageCount < 256);
    assert.ok((await gas.limit({ messageCount, stateCount: 1 })) <= CAP);
    assert.equal(await gas.limit({ messageCount: messageCount + 1, stateCount: 1 }), CAP);
    assert.ok((await gas.mostStates()) < 64);
  });

  it('counts what states take before messages', async () => {
    const gas = gasAt(112_000n);
    const most = await gas.mostStates();
    assert.notEqual(await gas.mostMessages(most), undefined);
    assert.equal(await gas.mostMessages(most + 1), undefined);
  });

  it('measures again after a minute, for a fork can reprice storage', async () => {
    let nowMs = 0;
    let perSlot = 22_100n;
    const gas = new DeliveryGas({ slotGas: () => Promise.resolve(perSlot) }, () => nowMs);
    assert.equal(await gas.mostMessages(1), 256);
    perSlot = 112_000n;
    nowMs = 59_999;
    assert.equal(await gas.mostMessages(1), 256);
    nowMs = 60_000;
    assert.ok(((await gas.mostMessages(1)) ?? 0) < 256);
  });
});

describe('withMargin', () => {
  it('adds a sixth and stays under the cap of a transaction', () => {
    assert.equal(withMargin(600n), 700n);
    assert.equal(withMargin(CAP), CAP);
  });
});
