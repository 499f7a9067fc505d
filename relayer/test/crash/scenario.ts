import type { FaultCode, Hex } from '@twinspan/protocol';
import { list, redeem, setPolicy } from '../fakes/memoryBridge.ts';
import { PERMISSIVE_POLICY } from '../fakes/memoryRecord.ts';
import type { Crossing, Trouble } from './crossing.ts';
import { SENDS, VERBS } from './verbs.ts';

function troubles(verbs: Readonly<Record<string, string>>, code: FaultCode): Trouble[] {
  return Object.entries(verbs).map(([stage, verb]) => ({ stage, verb, code }));
}

/**
 * Users lock, are minted, held, minted after all, and redeem, under one policy after the other, while now and then
 * everything that can fail fails once: so every batch that the pipelines know is written.
 * @param inTheMiddle what else befalls them
 */
export async function scenario(crossing: Crossing, inTheMiddle?: () => Promise<void>): Promise<void> {
  const { asset, trading } = crossing;
  trading.user(setPolicy(policy(0)));
  asset.lock(5n, 7n);
  await crossing.blocks(4);
  trading.user(list());
  await crossing.blocks(6);
  crossing.troubles.push(...troubles(VERBS, 'CHAIN_UNREACHABLE'));
  crossing.troubles.push({ stage: 'back-prove', verb: 'privateRecord', code: 'CHAIN_UNREACHABLE' });
  await round(crossing, 1);
  crossing.troubles.push(...troubles(VERBS, 'FUNDS_SHORT'));
  await round(crossing, 2);
  await crossing.restart();
  crossing.troubles.push(...troubles(SENDS, 'UNDERPRICED'));
  await round(crossing, 3);
  await inTheMiddle?.();
  await proofTooLate(crossing, 4);
  await carriedByAnother(crossing);
  await seenBeforeTold(crossing);
  await priceRises(crossing);
  await crossing.restart();
  for (let minutes = 0; minutes < 20; minutes += 2) {
    crossing.nowMs += 120_000;
    await crossing.blocks(1);
  }
}

function policy(number: number): typeof PERMISSIVE_POLICY {
  return { ...PERMISSIVE_POLICY, minRating: 50 + number };
}

/** The policy changes while the prover is away: what is delivered then is held, until the record is backed again. */
async function round(crossing: Crossing, number: number): Promise<void> {
  const { asset, trading } = crossing;
  crossing.isProverDown = true;
  trading.user(setPolicy(policy(number)));
  await crossing.blocks(1);
  asset.lock(BigInt(10 * number), 3n);
  await crossing.blocks(3);
  asset.lock(1n);
  crossing.isProverDown = false;
  await crossing.blocks(8);
  trading.user(redeem(holder(1), 1n));
  await crossing.blocks(2);
  trading.user(redeem(holder(2), 1n));
  await crossing.blocks(8);
}

/** A proof waits to be sent while the policy changes once more. */
async function proofTooLate(crossing: Crossing, number: number): Promise<void> {
  const { trading } = crossing;
  trading.user(setPolicy(policy(number)));
  trading.mine();
  crossing.troubles.push({ stage: 'back-submit', verb: 'policy', code: 'CHAIN_UNREACHABLE' });
  await crossing.settle();
  crossing.isProverDown = true;
  trading.user(setPolicy(policy(number + 1)));
  await crossing.blocks(2);
  crossing.isProverDown = false;
  await crossing.blocks(6);
}

/** The pool loses a delivery, and the other carrier takes its turn before the first one sees. */
async function carriedByAnother(crossing: Crossing): Promise<void> {
  const { asset, trading } = crossing;
  asset.lock(2n);
  await crossing.settle();
  trading.dropPool();
  crossing.nowMs += 6_000;
  await crossing.blocks(5);
}

/** A delivery is mined, and before the feed tells so a carrier whose turn has come looks. */
async function seenBeforeTold(crossing: Crossing): Promise<void> {
  const { asset, trading } = crossing;
  asset.lock(2n);
  await crossing.settle();
  crossing.nowMs += 6_000;
  trading.mine();
  crossing.troubles.push(...Array.from({ length: 4 }, () => feedTrouble));
  await crossing.blocks(5);
}

const feedTrouble: Trouble = { stage: 'trading-feed', verb: 'blockNumber', code: 'CHAIN_UNREACHABLE' };

/** What was sent pays too little by now and has to be outbid. */
async function priceRises(crossing: Crossing): Promise<void> {
  const { asset, trading } = crossing;
  asset.lock(2n);
  await crossing.settle();
  const before = trading.baseFee;
  trading.baseFee = 4n * before;
  await crossing.blocks(1);
  crossing.nowMs += 70_000;
  await crossing.blocks(4);
  trading.baseFee = before;
}

/** The recipient of the `number`-th lock. */
function holder(number: number): Hex {
  return `0x${number.toString(16).padStart(40, '0')}`;
}
