import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SealDesk } from '../../src/mint/sealDesk.ts';

const LANE = 7n;

describe('what waits for a seal', () => {
  it('is less by what anyone has sealed, once', () => {
    const { desk } = scene();
    desk.sealedThrough(LANE, 10n);
    desk.locked(LANE, 5);
    desk.sealedThrough(LANE, 13n);
    desk.sealedThrough(LANE, 13n);
    assert.equal(desk.waiting(LANE), 2);
  });

  it('is asked of the chain when more was sealed than was announced', () => {
    const { desk } = scene();
    desk.sealedThrough(LANE, 10n);
    desk.locked(LANE, 1);
    desk.sealedThrough(LANE, 266n);
    assert.equal(desk.waiting(LANE), 1);
  });

  it('is what came during a read to the end, whatever was sealed meanwhile', () => {
    const { desk } = scene();
    desk.sealedThrough(LANE, 0n);
    desk.locked(LANE, 256);
    const announced = desk.announced(LANE);
    desk.sealedThrough(LANE, 256n);
    desk.locked(LANE, 3);
    desk.cleared(LANE, announced);
    assert.equal(desk.waiting(LANE), 3);
  });

  it('is presumed to fill another epoch when one did not take all', () => {
    const { desk } = scene();
    desk.locked(LANE, 1);
    desk.overflowed(LANE);
    assert.equal(desk.waiting(LANE), 256);
  });

  it('is looked for now and then although nothing was announced', async () => {
    const { desk, pass } = scene();
    assert.equal((await desk.view(lane)).waitingLocks, 0);
    pass(31_000);
    assert.equal((await desk.view(lane)).waitingLocks, 1);
    desk.cleared(LANE, desk.announced(LANE));
    assert.equal((await desk.view(lane)).waitingLocks, 0);
  });

  it('is read in pages of about one epoch', () => {
    const { desk } = scene();
    for (let batch = 0; batch < 50; batch++) desk.locked(LANE, 50);
    assert.ok(desk.pageSize(LANE, 256) <= 8);
    for (let batch = 0; batch < 50; batch++) desk.locked(LANE, 1);
    assert.equal(desk.pageSize(LANE, 256), 200);
  });
});

const lane = { laneId: LANE, custodian: 'CustodianMSP', sealed: 0n, delivered: 0n, progressedAtMs: 0 };

function scene(): { desk: SealDesk; pass: (ms: number) => void } {
  let nowMs = 1_000_000;
  const asset = { record: () => Promise.resolve(undefined), dirty: () => nothing() };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { desk: new SealDesk(asset, () => nowMs), pass };
}

async function* nothing(): AsyncGenerator<never> {
  // No record differs.
}
