import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decideSeal } from '../../src/mint/sealDecision.ts';
import type { SealView } from '../../src/mint/sealDecision.ts';

const terms = { gatherMs: 1_000, stateAgeMs: 500, maxInFlight: 4, epochMessages: 256 };
const nowMs = 10_000;
const quiet: SealView = {
  waitingLocks: 0,
  waitingSinceMs: nowMs,
  urgentStates: 0,
  quietStates: 0,
  statesSinceMs: nowMs,
  inFlight: 0,
};
const decide = (change: Partial<SealView>, atMs = nowMs): unknown => decideSeal({ ...quiet, ...change }, terms, atMs);

describe('decideSeal', () => {
  it('does nothing when nothing waits', () => {
    assert.deepEqual(decide({}), { seal: 'nothing', untilMs: undefined });
  });

  it('seals a lone lock at once', () => {
    assert.deepEqual(decide({ waitingLocks: 1 }), { seal: 'messages' });
  });

  it('lets locks gather behind an epoch on its way, for a while', () => {
    assert.deepEqual(decide({ waitingLocks: 1, inFlight: 1 }), { seal: 'nothing', untilMs: 11_000 });
    assert.deepEqual(decide({ waitingLocks: 1, inFlight: 1 }, 11_000), { seal: 'messages' });
  });

  it('never lets a full epoch wait', () => {
    assert.deepEqual(decide({ waitingLocks: 256, inFlight: 3 }), { seal: 'messages' });
    assert.deepEqual(decide({ waitingLocks: 255, inFlight: 3 }), { seal: 'nothing', untilMs: 11_000 });
  });

  it('takes the configured size for full', () => {
    const small = { ...terms, epochMessages: 10 };
    assert.deepEqual(decideSeal({ ...quiet, waitingLocks: 10, inFlight: 1 }, small, nowMs), { seal: 'messages' });
    assert.deepEqual(decideSeal({ ...quiet, waitingLocks: 9, inFlight: 1 }, small, nowMs), {
      seal: 'nothing',
      untilMs: 11_000,
    });
  });

  it('stops when the trading chain takes nothing', () => {
    assert.deepEqual(decide({ waitingLocks: 5_000, inFlight: 4 }, 99_999), { seal: 'nothing', untilMs: undefined });
  });

  it('puts a stop ahead of everything', () => {
    assert.deepEqual(decide({ urgentStates: 1, waitingLocks: 256, inFlight: 4 }), { seal: 'states' });
  });

  it('seals quiet states alone once they are old enough, and with locks otherwise', () => {
    assert.deepEqual(decide({ quietStates: 1 }), { seal: 'nothing', untilMs: 10_500 });
    assert.deepEqual(decide({ quietStates: 1 }, 10_500), { seal: 'states' });
    assert.deepEqual(decide({ quietStates: 1, waitingLocks: 1 }), { seal: 'messages' });
  });
});
