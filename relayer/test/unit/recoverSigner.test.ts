import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { attestorAddressOf, Fault, recoverAttestor, signCheckpoint, checkpointDigestOf } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { recoverSigner } from '../../src/release/recoverSigner.ts';

const domain = { tradingChainId: 1n, bridge: `0x${'0c'.repeat(20)}` } as const;
const word = (): Hex => `0x${randomBytes(32).toString('hex')}`;
const outcome = (recover: typeof recoverSigner, digest: Hex, signature: Hex): string => {
  try {
    return recover(digest, signature);
  } catch (error) {
    assert.ok(error instanceof Fault);
    return `${error.code}: ${error.sentence}`;
  }
};

describe('the fast recovery of a signer', () => {
  it('finds whoever signed', () => {
    const checkpoint = { blockNumber: 1n, blockHash: word(), stateRoot: word() };
    const key = word();
    const digest = checkpointDigestOf(domain, checkpoint);
    assert.equal(recoverSigner(digest, signCheckpoint(domain, checkpoint, key)), attestorAddressOf(key));
  });

  it('answers as the protocol does, whatever the signature', () => {
    const checkpoint = { blockNumber: 1n, blockHash: word(), stateRoot: word() };
    const digest = checkpointDigestOf(domain, checkpoint);
    const good = signCheckpoint(domain, checkpoint, word());
    const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
    const highS = (BigInt(`0x${order}`) - BigInt(`0x${good.slice(66, 130)}`)).toString(16).padStart(64, '0');
    const cases: Hex[] = [
      good,
      `0x${good.slice(2, 130)}${good.endsWith('1b') ? '1c' : '1b'}`,
      `0x${good.slice(2, 130)}1d`,
      `0x${good.slice(2, 66)}${highS}1b`,
      `0x${'00'.repeat(32)}${good.slice(66)}`,
      `0x${good.slice(2, 66)}${'00'.repeat(32)}1b`,
      `0x${order}${good.slice(66)}`,
      `0x${'ff'.repeat(32)}${good.slice(66)}`,
      good.slice(0, 130) as Hex,
      '0x',
      ...Array.from({ length: 50 }, (): Hex => `0x${randomBytes(64).toString('hex')}1b`),
    ];
    for (const signature of cases)
      assert.equal(outcome(recoverSigner, digest, signature), outcome(recoverAttestor, digest, signature), signature);
  });
});
