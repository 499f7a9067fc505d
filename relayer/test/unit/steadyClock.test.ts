import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { steadyClock } from '../../src/steadyClock.ts';

it('a steady clock never goes back, is never behind the wall clock, and passes at least as fast as time', () => {
  const step = fc.record({ jumpMs: fc.integer({ min: -600_000, max: 600_000 }), passedMs: fc.nat(5_000) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const now = { wallMs: 1_000_000, elapsedMs: 0 };
      const clock = steadyClock(
        () => now.wallMs,
        () => now.elapsedMs,
      );
      for (const { jumpMs, passedMs } of steps) {
        const before = clock();
        now.wallMs += jumpMs + passedMs;
        now.elapsedMs += passedMs;
        const after = clock();
        assert.ok(after >= before + passedMs && after >= now.wallMs);
        assert.ok(after <= Math.max(now.wallMs, before + passedMs));
      }
    }),
  );
});
