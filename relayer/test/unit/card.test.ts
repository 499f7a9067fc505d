import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { attestorAddressOf, Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { MAX_CARD_BYTES, parseCard, signAsNode, signAsOperator, verifyCard } from '../../src/peers/card.ts';
import type { Card } from '../../src/peers/card.ts';
import { readCards } from '../../src/peers/cards.ts';
import { peerIdOf } from '../../src/peers/peerId.ts';
import { cardKeys, cardOf } from '../fakes/cards.ts';

const domain = { tradingChainId: 31_337n, bridge: `0x${'b1'.repeat(20)}` } as const;
const keys = cardKeys(1);
const others = cardKeys(2);
const text = (value: unknown): string => JSON.stringify(value);
const refusal = (sentence: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault);
  assert.equal(error.code, 'CARD_BAD');
  assert.match(error.sentence, sentence);
  return true;
};

describe('a card', () => {
  let card: Card;

  before(async () => {
    card = await cardOf({ node: 'custodian-1', operator: 'custodian' }, domain, keys);
  });

  it('that both keys signed holds, after a trip through its file', async () => {
    const read = parseCard(text(card));
    assert.deepEqual(read, card);
    await verifyCard(read, domain);
  });

  it('is signed in two steps, by two keys that need not meet', async () => {
    const { evmSignature, peerSignature, ...said } = card;
    const draft = await signAsNode(said, domain, keys.seed);
    assert.equal(draft.peerSignature, peerSignature);
    assert.equal((await signAsOperator(draft, domain, keys.operatorKey)).evmSignature, evmSignature);
  });

  it('is not signed with a key that is not the one it names, nor over a draft that was changed', async () => {
    const { evmSignature, peerSignature, ...said } = card;
    const draft = { ...said, peerSignature };
    assert.deepEqual({ ...draft, evmSignature }, card);
    await assert.rejects(signAsNode(said, domain, others.seed), refusal(/^the key is not peer 12D3KooW\w+'s$/));
    await assert.rejects(signAsOperator(draft, domain, others.operatorKey), refusal(/is not the operator's/));
    await assert.rejects(
      signAsOperator({ ...draft, roles: ['prover'] }, domain, keys.operatorKey),
      refusal(/^custodian-1: the node's signature is not of 12D3KooW\w+ over this card$/),
    );
  });

  it('without one of its signatures is refused', () => {
    assert.throws(() => parseCard(text({ ...card, evmSignature: undefined })), refusal(/evmSignature/));
    assert.throws(() => parseCard(text({ ...card, peerSignature: undefined })), refusal(/peerSignature/));
  });

  it('with an altered signature is refused', async () => {
    const flip = (hex: Hex): Hex => `0x${hex[2] === '0' ? '1' : '0'}${hex.slice(3)}`;
    await assert.rejects(
      verifyCard({ ...card, peerSignature: flip(card.peerSignature) }, domain),
      refusal(/the node's signature/),
    );
    await assert.rejects(
      verifyCard({ ...card, evmSignature: flip(card.evmSignature) }, domain),
      refusal(/^custodian-1: the operator's signature is not of 0x[0-9a-f]{40} over this card$/),
    );
  });

  it('signed by one key alone, for whatever it says, is refused', async () => {
    const stranger = await cardOf({ node: 'custodian-1', operator: 'custodian' }, domain, others);
    const byNode = { ...card, evmAddress: stranger.evmAddress, evmSignature: stranger.evmSignature };
    await assert.rejects(verifyCard(byNode, domain), refusal(/the node's signature/));
    const byOperator = { ...card, peerId: stranger.peerId, peerSignature: stranger.peerSignature };
    await assert.rejects(verifyCard(byOperator, domain), refusal(/the node's signature/));
    // The node's key alone introduces itself under an operator that never signed.
    const evmAddress = attestorAddressOf(others.operatorKey);
    const { evmSignature, peerSignature, ...said } = card;
    const forged = { ...(await signAsNode({ ...said, evmAddress }, domain, keys.seed)), evmSignature };
    assert.notEqual(forged.peerSignature, peerSignature);
    await assert.rejects(verifyCard(forged, domain), refusal(/the operator's signature/));
  });

  it('is good for one bridge on one chain', async () => {
    await assert.rejects(verifyCard(card, { ...domain, bridge: `0x${'b2'.repeat(20)}` }), refusal(/signature/));
    await assert.rejects(verifyCard(card, { ...domain, tradingChainId: 1n }), refusal(/signature/));
  });

  it('with anything changed is refused', async () => {
    const changes: Partial<Card>[] = [
      { node: 'custodian-2' },
      { operator: 'registry' },
      { roles: ['carrier', 'attestor', 'gateway'] },
      { addresses: ['/ip4/10.0.0.66/tcp/19001'] },
      { addresses: [] },
      { peerId: await peerIdOf(others.seed) },
      { evmAddress: attestorAddressOf(others.operatorKey) },
    ];
    for (const change of changes)
      await assert.rejects(verifyCard({ ...card, ...change }, domain), refusal(/^custodian-\d: the node's signature/));
  });

  it('that does not have the form of one is refused', () => {
    const cases: readonly [unknown, RegExp][] = [
      [{ ...card, note: 'hello' }, /Unrecognized key/],
      [{ ...card, node: '../../etc' }, /1–63 characters/],
      [{ ...card, roles: [] }, /roles/],
      [{ ...card, roles: ['carrier', 'carrier'] }, /a role stands twice/],
      [{ ...card, roles: ['owner'] }, /roles/],
      [{ ...card, peerId: 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N' }, /peer id of an Ed25519 key/],
      [{ ...card, addresses: [`/ip4/10.0.0.7/tcp/1/p2p/${card.peerId}`] }, /multiaddr with tcp and without peer id/],
      [{ ...card, addresses: ['10.0.0.7:1'] }, /multiaddr with tcp/],
      [{ ...card, addresses: Array.from({ length: 9 }, (_, n) => `/ip4/10.0.0.${n}/tcp/1`) }, /addresses/],
      [{ ...card, evmAddress: card.evmAddress.toUpperCase() }, /evmAddress/],
    ];
    for (const [value, sentence] of cases) assert.throws(() => parseCard(text(value)), refusal(sentence));
    assert.throws(() => parseCard('not json'), refusal(/^the card is not JSON$/));
    assert.throws(() => parseCard(' '.repeat(MAX_CARD_BYTES + 1)), refusal(/^the card has more than 4096 characters$/));
  });
});

describe('an allow-list', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-cards-'));
  const list = (cards: readonly Card[]): Promise<readonly Card[]> => {
    const folder = mkdtempSync(join(directory, 'cards-'));
    cards.forEach((card, place) => {
      writeFileSync(join(folder, `${place}.card.json`), text(card));
    });
    writeFileSync(join(folder, 'README.md'), 'not a card');
    return readCards([folder], domain);
  };

  after(() => {
    rmSync(directory, { recursive: true });
  });

  it('is every card in its folders and files', async () => {
    const cards = [await cardOf({ node: 'a' }, domain, keys), await cardOf({ node: 'b' }, domain, others)];
    assert.deepEqual(await list(cards), cards);
    const file = join(directory, 'a');
    writeFileSync(file, text(cards[0]));
    assert.deepEqual(await readCards([file], domain), cards.slice(0, 1));
  });

  it('with a card of another bridge or a file that is too long is refused, by its file', async () => {
    const elsewhere = await cardOf({ node: 'a' }, { ...domain, tradingChainId: 1n }, keys);
    await assert.rejects(list([elsewhere]), refusal(/0\.card\.json: a: the node's signature/));
    const file = join(directory, 'long');
    writeFileSync(file, ' '.repeat(MAX_CARD_BYTES + 1));
    await assert.rejects(readCards([file], domain), refusal(/long: it has more than 4096 bytes$/));
    await assert.rejects(readCards([`${file}.not`], domain), refusal(/^there is no card file or folder /));
  });

  it('in which two cards contradict each other is refused', async () => {
    const first = await cardOf({ node: 'a', operator: 'o' }, domain, keys);
    const cases: readonly [Card, RegExp][] = [
      [await cardOf({ node: 'a', operator: 'p' }, domain, others), /^two cards are of node a$/],
      [await cardOf({ node: 'b', operator: 'o' }, domain, keys), /^two cards are of peer 12D3KooW/],
      [await cardOf({ node: 'b', operator: 'o' }, domain, others), /^operator o has two EVM addresses$/],
      [
        await cardOf({ node: 'b', operator: 'p' }, domain, { ...others, operatorKey: keys.operatorKey }),
        /^0x[0-9a-f]{40} belongs to two operators$/,
      ],
    ];
    for (const [second, sentence] of cases) await assert.rejects(list([first, second]), refusal(sentence));
    const sameOperator = await cardOf({ node: 'b', operator: 'o' }, domain, {
      ...others,
      operatorKey: keys.operatorKey,
    });
    assert.equal((await list([first, sameOperator])).length, 2);
  });
});
