import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { changeOf } from '../../src/asset/events.ts';
import { fromAnswer, toArgument } from '../../src/asset/json.ts';
import { pageAnswer } from '../../src/asset/pages.ts';
import { fault } from './fault.ts';

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

describe('a chaincode argument', () => {
  it('has bigints as decimal strings at any depth and no absent fields', () => {
    const text = toArgument({ laneId: 2n ** 64n - 1n, locks: [{ units: 0n, gone: undefined }] });
    assert.equal(text, '{"laneId":"18446744073709551615","locks":[{"units":"0"}]}');
  });
});

describe("chaincode's answer", () => {
  it('is parsed, never cast', () => {
    const schema = z.object({ units: z.string().transform(BigInt) });
    assert.deepEqual(fromAnswer('x', bytes({ units: '5', more: 1 }), schema), { units: 5n });
    assert.throws(() => fromAnswer('x', bytes({ units: 5 }), schema), fault('LEDGER_CORRUPT'));
    assert.throws(() => fromAnswer('x', Buffer.from('{'), schema), fault('LEDGER_CORRUPT'));
    assert.throws(() => fromAnswer('x', Uint8Array.of(0x22, 0xff, 0x22), z.string()), fault('LEDGER_CORRUPT'));
  });

  it('may be a page with its list under a name of its own', () => {
    const page = pageAnswer('lanes', z.object({ id: z.int() }));
    assert.deepEqual(fromAnswer('x', bytes({ lanes: [{ id: 1 }], bookmark: 'ab' }), page), {
      items: [{ id: 1 }],
      bookmark: 'ab',
    });
    assert.equal(fromAnswer('x', bytes({ lanes: [] }), page).bookmark, undefined);
    assert.throws(() => fromAnswer('x', bytes({ records: [] }), page), fault('LEDGER_CORRUPT'));
    assert.throws(() => fromAnswer('x', bytes({ lanes: [{ id: 'a' }] }), page), fault('LEDGER_CORRUPT'));
  });
});

describe('a chaincode event', () => {
  it('carries its ids, parsed', () => {
    assert.deepEqual(changeOf('Sealed', bytes({ laneId: '7', epoch: '2' })), { name: 'Sealed', laneId: 7n, epoch: 2n });
    assert.throws(() => changeOf('Sealed', bytes({ laneId: 7 })), fault('LEDGER_CORRUPT'));
  });

  it('is passed over when this version does not know it', () => {
    assert.equal(changeOf('Reseasoned', bytes({})), undefined);
    assert.equal(changeOf('toString', bytes({})), undefined);
  });
});
