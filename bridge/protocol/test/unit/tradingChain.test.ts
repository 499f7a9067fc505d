import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import {
  bloomMayHold,
  bridgeLaneOf,
  Fault,
  laneSlotsOf,
  provenWord,
  verifiedBlock,
  verifiedLogs,
  ZERO_WORD,
} from '../../src/index.ts';
import type { FaultCode, Hex } from '../../src/index.ts';

const hex = z.templateLiteral(['0x', z.string()]);
const log = z.object({ address: hex, topics: z.array(hex), data: hex });
const recorded = z.object({
  block: z.record(z.string(), z.string()),
  receipts: z.array(z.looseObject({ logs: z.array(log), status: z.string() })),
  contract: hex,
  accountProof: z.array(hex),
  storedProof: z.array(hex),
  absentProof: z.array(hex),
});

/** A block of a development chain (Osaka) in which three contracts are created that log and store a word each. */
const { block, receipts, ...rest } = recorded.parse(
  JSON.parse(readFileSync(new URL('./tradingBlock.json', import.meta.url), 'utf8')),
);
const { contract, accountProof, storedProof, absentProof } = rest;
const header = verifiedBlock(block);
const [first, second, third] = receipts;
const slot = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`;

function refusal(code: FaultCode): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code;
}

describe('a block of the trading chain', () => {
  for (const field of Object.keys(block).filter((name) => name !== 'hash')) {
    it(`is refused when its ${field} is another`, () => {
      const value = block[field] ?? '';
      const last = value.endsWith('1') ? '2' : '1';
      assert.throws(() => verifiedBlock({ ...block, [field]: value.slice(0, -1) + last }), refusal('CHAIN_ANSWER_BAD'));
    });
  }

  it('is refused without its hash, and when it is no block', () => {
    const bare = Object.fromEntries(Object.entries(block).filter(([name]) => name !== 'hash'));
    for (const bad of [bare, null, 'block', [], { ...block, hash: ZERO_WORD }]) {
      assert.throws(() => verifiedBlock(bad), refusal('CHAIN_ANSWER_BAD'));
    }
  });

  it('tells by its bloom which contracts cannot have logged', () => {
    assert.equal(bloomMayHold(header.logsBloom, contract), true);
    assert.equal(bloomMayHold(header.logsBloom, `0x${'01'.repeat(20)}`), false);
  });
});

describe('the logs of a block', () => {
  const everyContract = receipts.flatMap(({ logs }) => logs.map(({ address }) => address));

  it('are those of its receipts, in order', async () => {
    const logs = await verifiedLogs(header, receipts, everyContract);
    assert.deepEqual(
      logs.map(({ address, logIndex }) => [address, logIndex]),
      receipts.map(({ logs: [only] }, place) => [only?.address, place]),
    );
  });

  it('are told of the contracts that are asked about only, each at its place', async () => {
    const [, asked = assert.fail()] = everyContract;
    const logs = await verifiedLogs(header, receipts, [asked]);
    assert.deepEqual(
      logs.map(({ address, logIndex }) => [address, logIndex]),
      [[asked, 1]],
    );
  });

  const [logged] = first?.logs ?? [];
  const lies: readonly (readonly [string, unknown])[] = [
    ['a receipt is left out', [first, second]],
    ['receipts change places', [second, first, third]],
    ['a log is dropped', [{ ...first, logs: [] }, second, third]],
    ['a log is invented', [{ ...first, logs: [logged, logged] }, second, third]],
    [
      'a log is of another contract',
      [{ ...first, logs: [{ ...logged, address: `0x${'02'.repeat(20)}` }] }, second, third],
    ],
    ['a failed transaction is told as good', [{ ...first, status: '0x0' }, second, third]],
    ['there are none', []],
    ['they are no list', null],
  ];
  for (const [name, answer] of lies) {
    it(`are refused when ${name}`, () =>
      assert.rejects(verifiedLogs(header, answer, everyContract), refusal('CHAIN_ANSWER_BAD')));
  }
});

describe('a word of storage', () => {
  const prove = (stateRoot: Hex, of: Hex, at: Hex, storageProof: readonly Hex[]): Promise<Hex> =>
    provenWord(stateRoot, of, at, { accountProof, storageProof });

  it('is proven, and so is its absence', async () => {
    assert.equal(await prove(header.stateRoot, contract, slot(0), storedProof), slot(5));
    assert.equal(await prove(header.stateRoot, contract, slot(7), absentProof), ZERO_WORD);
  });

  const cases: readonly (readonly [string, () => Promise<Hex>])[] = [
    ['another root', () => prove(slot(1), contract, slot(0), storedProof)],
    ['another contract', () => prove(header.stateRoot, `0x${'02'.repeat(20)}`, slot(0), storedProof)],
    ['no storage proof', () => prove(header.stateRoot, contract, slot(0), [])],
    ['nodes of another proof', () => prove(header.stateRoot, contract, slot(0), accountProof)],
    [
      'no account proof',
      () => provenWord(header.stateRoot, contract, slot(0), { accountProof: [], storageProof: storedProof }),
    ],
  ];
  for (const [name, attempt] of cases) {
    it(`is refused with ${name}`, () => assert.rejects(attempt(), refusal('PROOF_BAD')));
  }
});

describe("a lane's slots", () => {
  it('are two neighbours, and the second packs four numbers', () => {
    const [before, after] = laneSlotsOf(7n);
    assert.equal(BigInt(after), BigInt(before) + 1n);
    const progress: Hex = `0x${[1, 2, 3, 4].map((n) => n.toString(16).padStart(16, '0')).join('')}`;
    assert.deepEqual(bridgeLaneOf(ZERO_WORD, progress), {
      previousHeader: ZERO_WORD,
      epoch: 1n,
      nextMessage: 2n,
      releasedThrough: 3n,
      sealedAt: 4,
    });
  });
});
