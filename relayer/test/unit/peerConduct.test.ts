import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { Metrics } from '../../src/metrics.ts';
import { Bucket } from '../../src/peers/bucket.ts';
import type { Card } from '../../src/peers/card.ts';
import type { Judgement } from '../../src/peers/gate.ts';
import { peerLimits } from '../../src/peers/limits.ts';
import { weigh } from '../../src/peers/network.ts';
import { GRAYLIST, scoringOf } from '../../src/peers/scoring.ts';
import { Roster, Standing } from '../../src/peers/standing.ts';
import { cardKeys, cardOf } from '../fakes/cards.ts';

const domain = { tradingChainId: 1n, bridge: `0x${'0c'.repeat(20)}` } as const;
let nowMs = 0;
const clock = (): number => nowMs;

describe('a bucket', () => {
  it('lets its burst through at once, then its rate, and says how long the rest waits', () => {
    const bucket = new Bucket({ perSecond: 10, burst: 20 }, clock);
    assert.equal(bucket.take(20), 0);
    assert.equal(bucket.take(5), 500);
    nowMs += 500;
    assert.equal(bucket.owedMs(), 0);
    assert.equal(bucket.take(1), 100);
    nowMs += 3_600_000;
    assert.equal(bucket.take(20), 0);
    assert.equal(bucket.take(1), 100);
  });
});

describe('the standing of a peer', () => {
  let card: Card;
  const standingNow = (): Standing => new Standing(card, peerLimits(100), clock);

  before(async () => {
    card = await cardOf({ node: 'a' }, domain, cardKeys(1));
  });

  it('survives slips, and not six bad items in a row', () => {
    const standing = standingNow();
    for (let n = 0; n < 5; n++) assert.equal(standing.offend('rejected'), false);
    assert.equal(standing.offend('rejected'), true);
    assert.equal(standing.isShutOut(), true);
    const slow = standingNow();
    for (let n = 0; n < 100; n++) {
      assert.equal(slow.offend('rejected'), false);
      nowMs += 20_000;
    }
  });

  it('ends in being shut out for longer each time, an hour at most', () => {
    const standing = standingNow();
    const waitsMs = Array.from({ length: 10 }, () => {
      while (!standing.offend('lied'));
      const waitMs = standing.shutOutUntilMs - nowMs;
      assert.equal(standing.offend('lied'), false);
      nowMs = standing.shutOutUntilMs;
      assert.equal(standing.isShutOut(), false);
      return waitMs;
    });
    assert.deepEqual(waitsMs.slice(0, 3), [60_000, 120_000, 240_000]);
    assert.equal(waitsMs.at(-1), 3_600_000);
  });

  it('suffers from what is wrong and from too much, not from what is only not news', async () => {
    const weighed = async (judgement: Judgement): Promise<readonly [string, number]> => {
      const standing = standingNow();
      const verdict = await weigh('proofs', new Uint8Array(), standing, {
        gate: { judge: () => Promise.resolve(judgement) },
        flow: { admit: () => true },
        offend: (offender, offence) => void offender.offend(offence),
        metrics: new Metrics(),
      });
      assert.equal(standing.items[verdict], 1);
      return [verdict, standing.offences()];
    };
    assert.deepEqual(await weighed('accept'), ['accept', 0]);
    assert.deepEqual(await weighed('ignore'), ['ignore', 0]);
    assert.deepEqual(await weighed('reject'), ['reject', 2]);
    assert.deepEqual(await weighed('shed'), ['ignore', 1]);
  });

  it('is charged for every item of a message, the unseen ones too', async () => {
    const standing = standingNow();
    const message = Buffer.from('one\ntwo\nthree');
    const charged: number[] = [];
    const scales = (isAdmitted: boolean): Parameters<typeof weigh>[3] => ({
      gate: {
        judge: () => {
          charged.push(standing.underVerification);
          return Promise.resolve('accept');
        },
      },
      flow: { admit: (_, items) => (charged.push(items), isAdmitted) },
      offend: () => assert.fail('no offence'),
      metrics: new Metrics(),
    });
    assert.equal(await weigh('attestations', message, standing, scales(true)), 'accept');
    assert.equal(await weigh('attestations', message, standing, scales(false)), 'ignore');
    assert.deepEqual(charged, [3, 3, 3]);
    assert.deepEqual([standing.items, standing.underVerification], [{ accept: 3, ignore: 3, reject: 0 }, 0]);
  });

  it('is kept for those with a card, and decides who may connect', () => {
    const roster = new Roster([card], peerLimits(100), clock);
    assert.equal(roster.mayConnect(card.peerId), true);
    assert.equal(roster.mayConnect('12D3KooWstranger'), false);
    assert.equal(roster.get('12D3KooWstranger'), undefined);
    const standing = roster.get(card.peerId);
    while (standing?.offend('rejected') === false);
    assert.equal(roster.mayConnect(card.peerId), false);
  });

  it('feeds the score of gossipsub, in which a stranger is gray from the start', () => {
    const roster = new Roster([card], peerLimits(100), clock);
    const { scoreParams } = scoringOf(['topic'], roster);
    const { appSpecificScore = () => 0, appSpecificWeight = 0, topicScoreCap = 0 } = scoreParams;
    assert.equal(appSpecificScore(card.peerId) + 0, 0);
    roster.get(card.peerId)?.offend('lied');
    assert.equal(appSpecificScore(card.peerId), -6);
    assert.ok(appSpecificScore('12D3KooWstranger') * appSpecificWeight + topicScoreCap < GRAYLIST);
  });
});
