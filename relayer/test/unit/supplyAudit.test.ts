import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Hex } from '@twinspan/protocol';
import { Metrics } from '../../src/metrics.ts';
import { SupplyBook, supplyOf } from '../../src/supplyBook.ts';

interface Row {
  readonly sealed: bigint;
  readonly attested?: bigint;
  readonly minted: bigint;
  readonly held: bigint;
  readonly outboxed: bigint;
  /** The lane that the record's token belongs to. */
  readonly listedFor?: bigint;
}

type Chains = Parameters<typeof supplyOf>[1];

/** Both chains' view of records, by their place; `looks` counts how often they are asked. */
function chainsOf(rows: readonly Row[], looks = { count: 0 }, isGateway = true): Chains {
  const rowOf = (id: Hex): Row => rows[Number(id)] ?? assert.fail();
  const ids = rows.map((_, place): Hex => `0x0${place}`);
  return {
    asset: isGateway
      ? {
          supplies: async function* () {
            for (const [place, { sealed }] of rows.entries())
              yield await Promise.resolve({ rightsId: `0x0${place}` as const, sealed, released: 0n });
          },
        }
      : undefined,
    trading: {
      blockNumber: () => Promise.resolve(BigInt((looks.count += 1))),
      bridgeSupply: (_laneId, rightsId) => {
        const { held, outboxed, sealed, attested = sealed } = rowOf(rightsId);
        return Promise.resolve({ held, outboxed, sealed: attested, released: 0n });
      },
      listing: (rightsId) => Promise.resolve({ token: rightsId, laneId: rowOf(rightsId).listedFor ?? 1n }),
      totalSupply: (token) => Promise.resolve(rowOf(token).minted),
    },
    tables: {
      records: {
        entries: async function* () {
          for (const rightsId of ids) yield await Promise.resolve(['', { laneId: 1n, rightsId }]);
        },
      } as never,
    },
    clock: () => 1_000,
  };
}

const differences = async (chains: Chains): Promise<bigint[]> =>
  (await supplyOf(1n, chains)).records.map(({ difference }) => difference);

const fine: Row = { sealed: 10n, minted: 5n, held: 3n, outboxed: 2n };
const onItsWay: Row = { sealed: 10n, attested: 0n, minted: 0n, held: 0n, outboxed: 0n };

describe('the supply of both chains', () => {
  it('does not differ while everything adds up, deliveries on their way included', async () => {
    const { records } = await supplyOf(1n, chainsOf([fine, onItsWay]));
    assert.deepEqual(
      records.map(({ difference, inFlight }) => [difference, inFlight]),
      [
        [0n, 0n],
        [0n, 10n],
      ],
    );
  });

  it('names the record with units too many or too few, and does not let another hide it', async () => {
    const over = { ...fine, outboxed: 3n };
    const short = { ...fine, minted: 3n };
    assert.deepEqual(await differences(chainsOf([over, short, fine])), [1n, -2n, 0n]);
  });

  it('sees that the trading chain was told of more than was sealed', async () => {
    assert.deepEqual(await differences(chainsOf([{ ...fine, sealed: 9n, attested: 10n }])), [1n]);
  });

  it('does not count a token that belongs to another lane', async () => {
    assert.deepEqual(await differences(chainsOf([{ ...onItsWay, minted: 50n, listedFor: 2n }])), [0n]);
  });

  it('is seen by a node without the asset chain, from the records that were attested', async () => {
    const { records } = await supplyOf(1n, chainsOf([fine, { ...fine, held: 4n }], undefined, false));
    assert.deepEqual(
      records.map(({ sealed, difference }) => [sealed, difference]),
      [
        [undefined, 0n],
        [undefined, 1n],
      ],
    );
  });

  it('is read once for all who ask at a time, and again when it is old', async () => {
    const looks = { count: 0 };
    let nowMs = 1_000;
    const book = new SupplyBook({ ...chainsOf([fine], looks), clock: () => nowMs });
    await Promise.all([book.read(1n), book.read(1n)]);
    await book.read(1n);
    assert.equal(looks.count, 1);
    nowMs += 2_000;
    assert.equal((await book.read(1n)).block, 2n);
    assert.equal(book.last(1n)?.block, 2n);
  });
});

describe('the metric of supply differences', () => {
  it('has a label for each record that is wrong and adds the rest up, so that labels stay few', async () => {
    const rows = Array.from({ length: 150 }, (_, place) => ({
      ...{ rightsId: `0x${place.toString(16).padStart(4, '0')}` as const, token: undefined, sealed: 1n, released: 0n },
      ...{ attested: 1n, minted: 1n, held: 0n, outboxed: 0n, inFlight: 0n },
      difference: place === 149 ? -7n : 0n,
    }));
    const metrics = new Metrics();
    metrics.supply([{ laneId: 3n, block: 1n, atMs: 1, records: rows }]);
    const { values } = await metrics.list.supplyDifference.get();
    assert.equal(values.length, 101);
    assert.deepEqual(
      values.filter(({ value }) => value !== 0).map(({ labels, value }) => [labels.record, value]),
      [['0x0095', -7]],
    );
  });
});
