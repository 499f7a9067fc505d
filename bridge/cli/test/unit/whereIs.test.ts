import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holdReasons } from '@twinspan/sdk';
import fc from 'fast-check';
import { whereIs, type MessageFacts } from '../../src/whereIs.ts';

/** Message 7 of the lane, sealed in epoch 3; both chains have it all, nothing was held. */
const delivered: MessageFacts = {
  lock: 'sealed',
  kind: 'MINT',
  epoch: 3n,
  index: 7n,
  deliveredThrough: 8n,
  epochsBefore: 0n,
  releasedThrough: 0n,
};

describe('where a message is', () => {
  it('a lock that waits is pending and can be cancelled', () => {
    const where = whereIs({
      lock: 'pending',
      kind: 'MINT',
      deliveredThrough: 9n,
      epochsBefore: 0n,
      releasedThrough: 0n,
    });
    assert.equal(where.state, 'pending');
    assert.equal(where.chain, 'asset chain');
    assert.match(where.next, /lock cancel/);
    assert.match(where.why, /^its units are locked and it waits/);
    const since = whereIs({ ...delivered, lock: 'pending', lockedAt: 1_700_000_000 });
    assert.match(since.why, /^its units are locked since 2023-11-14T22:13:20Z and it waits to be sealed/);
  });

  it('a cancelled lock is at its end', () => {
    const where = whereIs({ ...delivered, lock: 'cancelled' });
    assert.deepEqual([where.state, where.isFinal], ['cancelled', true]);
  });

  it('a sealed message below nobody’s delivery is sealed, with the epochs before it', () => {
    const sealed = { ...delivered, deliveredThrough: 7n };
    assert.match(whereIs(sealed).why, /sealed in epoch 3 and waits to be endorsed/);
    assert.match(whereIs({ ...sealed, epochsBefore: 1n }).why, /behind 1 undelivered epoch$/);
    assert.match(whereIs({ ...sealed, epochsBefore: 2n }).why, /behind 2 undelivered epochs$/);
    assert.equal(whereIs(sealed).chain, 'between the chains');
  });

  it('a delivered message that was not held is minted', () => {
    const where = whereIs(delivered);
    assert.deepEqual([where.state, where.chain, where.isFinal], ['minted', 'trading chain', true]);
  });

  it('a yield is announced, never minted', () => {
    assert.equal(whereIs({ ...delivered, kind: 'YIELD' }).state, 'announced');
    assert.equal(whereIs({ ...delivered, kind: 'YIELD', deliveredThrough: 0n }).state, 'sealed');
  });

  for (const reason of holdReasons) {
    it(`held for ${reason} says why and what to do`, () => {
      const where = whereIs({ ...delivered, held: { reason, outcome: 'held' }, holdReasonNow: reason });
      assert.equal(where.state, 'held');
      assert.ok(where.why.startsWith(`${reason}: `));
      assert.ok(where.next.length > 20);
      assert.equal(where.isFinal, false);
    });
  }

  it('held for another reason than at first names both', () => {
    const held = { reason: 'RECORD_NOT_LISTED', outcome: 'held' } as const;
    const where = whereIs({ ...delivered, held, holdReasonNow: 'RECIPIENT_REFUSED' });
    assert.match(where.why, /^RECIPIENT_REFUSED: .*held for RECORD_NOT_LISTED/);
    assert.match(where.next, /onboard/);
  });

  it('held without a reason any more can be retried', () => {
    const where = whereIs({ ...delivered, held: { reason: 'TOKEN_PAUSED', outcome: 'held' } });
    assert.equal(where.state, 'retryable');
    assert.match(where.next, /message retry/);
  });

  it('held and minted by a retry is minted and remembers why it was held', () => {
    const where = whereIs({ ...delivered, held: { reason: 'TOKEN_PAUSED', outcome: 'minted' } });
    assert.equal(where.state, 'minted');
    assert.match(where.why, /TOKEN_PAUSED/);
  });

  it('bounced is on its way home until its place in the outbox is applied', () => {
    const bounced = { ...delivered, held: { reason: 'RECORD_NOT_BACKED', outcome: 'bounced' } } as const;
    assert.equal(whereIs({ ...bounced, outboxIndex: 4n, releasedThrough: 4n }).state, 'bounced');
    assert.equal(whereIs({ ...bounced, outboxIndex: 4n, releasedThrough: 5n }).state, 'released');
    assert.equal(whereIs(bounced).state, 'bounced');
  });

  it('every combination of facts has a state, a reason and a next step in words', () => {
    const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const index = fc.bigInt({ min: 0n, max: 4n });
    const any = fc.record({
      lock: fc.constantFrom('pending' as const, 'cancelled' as const, 'sealed' as const),
      kind: fc.constantFrom('MINT' as const, 'YIELD' as const),
      deliveredThrough: index,
      epochsBefore: index,
      releasedThrough: index,
      place: optional(index),
      held: optional(
        fc.record({
          reason: fc.constantFrom(...holdReasons),
          outcome: fc.constantFrom('held' as const, 'minted' as const, 'bounced' as const),
        }),
      ),
      now: optional(fc.constantFrom(...holdReasons)),
      outbox: optional(index),
    });
    fc.assert(
      fc.property(any, ({ place, held, now, outbox, ...rest }) => {
        const where = whereIs({
          ...rest,
          ...(place === undefined ? {} : { epoch: 1n, index: place }),
          ...(held === undefined ? {} : { held }),
          ...(now === undefined ? {} : { holdReasonNow: now }),
          ...(outbox === undefined ? {} : { outboxIndex: outbox }),
        });
        assert.ok(where.why !== '' && where.next !== '');
        const isHome = ['minted', 'announced', 'released', 'cancelled'].includes(where.state);
        assert.equal(where.isFinal, isHome);
        if (rest.lock === 'sealed' && (place === undefined || place >= rest.deliveredThrough)) {
          assert.equal(where.state, 'sealed');
        }
      }),
      { numRuns: 500 },
    );
  });
});
