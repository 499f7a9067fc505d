import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Hex } from '@twinspan/protocol';
import { supplyOf } from '../../src/supplyAudit.ts';

interface Row {
  readonly sealed: bigint;
  readonly minted: bigint;
  readonly held: bigint;
  readonly outboxed: bigint;
  /** The lane that the record's token belongs to. */
  readonly listedFor?: bigint;
}

/** Both chains' view of records, by their place. */
function audited(...rows: readonly Row[]): ReturnType<typeof supplyOf> {
  const rowOf = (id: Hex): Row => rows[Number(id)] ?? assert.fail();
  return supplyOf(1n, {
    asset: {
      supplies: async function* () {
        for (const [place, { sealed }] of rows.entries()) {
          yield await Promise.resolve({ rightsId: `0x0${place}` as const, sealed, released: 0n });
        }
      },
    },
    trading: {
      blockNumber: () => Promise.resolve(9n),
      bridgeSupply: (_laneId, rightsId) => Promise.resolve({ ...rowOf(rightsId), released: 0n }),
      listing: (rightsId) => Promise.resolve({ token: rightsId, laneId: rowOf(rightsId).listedFor ?? 1n }),
      totalSupply: (token) => Promise.resolve(rowOf(token).minted),
    },
  });
}

describe('supplyOf', () => {
  it('finds no excess while everything adds up, deliveries on their way included', async () => {
    const fine = { sealed: 10n, minted: 5n, held: 3n, outboxed: 2n };
    const onItsWay = { sealed: 10n, minted: 0n, held: 0n, outboxed: 0n };
    assert.deepEqual(await audited(fine, onItsWay), { sealed: 20n, accounted: 10n, excess: 0n });
  });

  it('does not let one record hide the excess of another', async () => {
    const short = { sealed: 100n, minted: 0n, held: 0n, outboxed: 0n };
    const over = { sealed: 10n, minted: 8n, held: 2n, outboxed: 1n };
    assert.equal((await audited(short, over)).excess, 1n);
  });

  it('does not count a token that belongs to another lane', async () => {
    const other = { sealed: 1n, minted: 50n, held: 0n, outboxed: 0n, listedFor: 2n };
    assert.deepEqual(await audited(other), { sealed: 1n, accounted: 0n, excess: 0n });
  });
});
