import assert from 'node:assert/strict';
import type { TradingChain } from '../../src/index.ts';
import { all } from './all.ts';

interface Question {
  readonly laneId: bigint;
  readonly final: bigint;
  /** A block with an entry of the outbox. */
  readonly outboxedAt: bigint;
}

/** What is proven from a header is what the node says without a proof. */
export async function provesWhatItSays(trading: TradingChain, question: Question): Promise<void> {
  const { laneId, final, outboxedAt } = question;
  const lane = await trading.provenLane(laneId, await trading.block(final));
  assert.deepEqual(lane, await trading.bridgeLane(laneId, final));
  const events = await trading.blockEvents(await trading.block(outboxedAt));
  assert.deepEqual(events, await all(trading.bridgeEvents({ fromBlock: outboxedAt, toBlock: outboxedAt })));
  assert.ok(events.some(({ name }) => name === 'Outboxed'));
}
