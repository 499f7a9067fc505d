import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { peerIdFromString } from '@libp2p/peer-id';
import { streamPair } from '@libp2p/utils';
import { Fault } from '@twinspan/protocol';
import type { FaultCode } from '@twinspan/protocol';
import { pino } from 'pino';
import { Metrics } from '../../src/metrics.ts';
import type { Card } from '../../src/peers/card.ts';
import { Fetcher } from '../../src/peers/fetch/fetcher.ts';
import { questionStream } from '../../src/peers/fetch/protocol.ts';
import type { Host } from '../../src/peers/host.ts';
import { peerLimits } from '../../src/peers/limits.ts';
import { Roster } from '../../src/peers/standing.ts';
import { cardKeys, cardOf } from '../fakes/cards.ts';

const domain = { tradingChainId: 1n, bridge: `0x${'0c'.repeat(20)}` } as const;

describe('an answer to a fetch', () => {
  let card: Card;

  before(async () => {
    card = await cardOf({ node: 'a' }, domain, cardKeys(1));
  });

  /** What is held against the one peer there is when its one item ends so. */
  async function offencesAfter(code: FaultCode): Promise<readonly string[]> {
    const offences: string[] = [];
    const dialProtocol = async (): Promise<unknown> => {
      const [near, far] = await streamPair();
      const lengths = questionStream(far);
      void lengths.read().then(() => lengths.writeV([Buffer.from('an item'), new Uint8Array()]));
      return near;
    };
    const host = { getPeers: () => [peerIdFromString(card.peerId)], dialProtocol } as unknown as Host;
    const looked: string[] = [];
    const fetcher = new Fetcher(host, domain.bridge, {
      roster: new Roster([card], peerLimits(100), () => 0),
      offend: (_, offence) => void offences.push(offence),
      receive: {
        proofs: (text) => {
          looked.push(text);
          return Promise.reject(new Fault(code, 'as told'));
        },
      },
      metrics: new Metrics(),
      log: pino({ level: 'silent' }),
    });
    assert.equal(await fetcher.fetchProofs(), 0);
    assert.deepEqual(looked, ['an item']);
    return offences;
  }

  it('is held against its sender when it is wrong, not when this node could not keep it', async () => {
    for (const code of ['PROOF_BAD', 'HEADER_BAD', 'PEER_MESSAGE_BAD'] as const)
      assert.deepEqual(await offencesAfter(code), ['lied'], code);
    for (const code of ['STORE_FULL', 'STORE_CORRUPT', 'CHAIN_UNREACHABLE', 'INTERNAL', 'SIGNER_UNKNOWN'] as const)
      assert.deepEqual(await offencesAfter(code), [], code);
  });
});
