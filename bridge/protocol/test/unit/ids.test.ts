import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import {
  accountFromBytes32,
  addressField,
  assetChainIdOf,
  bytes32FromAccount,
  isAccount,
  laneIdField,
  laneIdOf,
  lengthPrefixed,
  lockIdOf,
  ownerHashOf,
  parseLockId,
  rightsIdField,
  rightsIdOf,
  termsHashOf,
  uint64Field,
  wordField,
} from '../../src/index.ts';
import { fault, faultCodeField, noRefused, readVectors } from './vectorFiles.ts';

/** lp(x) by other means than the library's. */
function lp(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
function sha256(...parts: Buffer[]): string {
  return createHash('sha256').update(Buffer.concat(parts)).digest('hex');
}
function sha248(...parts: Buffer[]): string {
  return `0x00${sha256(...parts).slice(0, 62)}`;
}
function bytes(hex: string): Buffer {
  return Buffer.from(hex.slice(2), 'hex');
}

describe('ids', () => {
  it('rightsId is sha248 of tag, MSP id and registration number', () => {
    const schema = z.object({ mspId: z.string(), registrationNumber: z.string(), rightsId: rightsIdField });
    const { cases } = readVectors('rights-ids', { cases: schema, refused: noRefused });
    for (const { mspId, registrationNumber, rightsId } of cases) {
      assert.equal(rightsIdOf(mspId, registrationNumber), rightsId);
      assert.equal(sha248(lp('twinspan/rights/1'), lp(mspId), lp(registrationNumber)), rightsId);
    }
    assert.equal(new Set(cases.map((c) => c.rightsId)).size, cases.length);
  });

  it('assetChainId is sha256 of tag and the three names', () => {
    const schema = z.object({
      networkId: z.string(),
      channel: z.string(),
      chaincode: z.string(),
      assetChainId: wordField,
    });
    const { cases } = readVectors('asset-chain-ids', { cases: schema, refused: noRefused });
    for (const { assetChainId, ...name } of cases) {
      assert.equal(assetChainIdOf(name), assetChainId);
      const expected = sha256(lp('twinspan/asset-chain/1'), lp(name.networkId), lp(name.channel), lp(name.chaincode));
      assert.equal(`0x${expected}`, assetChainId);
    }
  });

  it('laneId is the first 8 bytes of sha256', () => {
    const schema = z.object({
      mspId: z.string(),
      tradingChainId: uint64Field,
      bridge: addressField,
      ordinal: z.number(),
      laneId: laneIdField,
    });
    const { cases } = readVectors('lane-ids', { cases: schema, refused: noRefused });
    for (const { laneId, ...name } of cases) {
      assert.equal(laneIdOf(name), laneId);
      const fixed = Buffer.alloc(30);
      fixed.writeBigUInt64BE(name.tradingChainId);
      bytes(name.bridge).copy(fixed, 8);
      fixed.writeUInt16BE(name.ordinal, 28);
      assert.equal(BigInt(`0x${sha256(lp('twinspan/lane/1'), lp(name.mspId), fixed).slice(0, 16)}`), laneId);
    }
  });

  it('termsHash is sha256 of tag, record, decimals, name and symbol', () => {
    const schema = z.object({
      rightsId: rightsIdField,
      decimals: z.number(),
      name: z.string(),
      symbol: z.string(),
      termsHash: wordField,
    });
    const { cases } = readVectors('terms-hashes', { cases: schema, refused: noRefused });
    for (const { termsHash, ...terms } of cases) {
      assert.equal(termsHashOf(terms), termsHash);
      const parts = [lp('twinspan/terms/1'), bytes(terms.rightsId), Buffer.from([terms.decimals])];
      assert.equal(`0x${sha256(...parts, lp(terms.name), lp(terms.symbol))}`, termsHash);
    }
  });

  it('ownerHash is sha248 of tag and owner', () => {
    const schema = z.object({ owner: z.string(), ownerHash: rightsIdField });
    for (const { owner, ownerHash } of readVectors('owner-hashes', { cases: schema, refused: noRefused }).cases) {
      assert.equal(ownerHashOf(owner), ownerHash);
      assert.equal(sha248(lp('twinspan/owner/1'), lp(owner)), ownerHash);
    }
  });

  it('two names never share an id by moving a character across a boundary', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
        const moved = [a.slice(0, -1), a.slice(-1) + b] as const;
        assert.notEqual(rightsIdOf(a, b), rightsIdOf(...moved));
      }),
    );
  });

  it('a text over 65 535 bytes or with a lone surrogate has no prefix form', () => {
    assert.equal(lengthPrefixed('x'.repeat(65_535)).length, 65_537);
    assert.throws(() => lengthPrefixed('x'.repeat(65_536)), fault('ENCODING_BAD'));
    assert.throws(() => lengthPrefixed('\ud800'), fault('ENCODING_BAD'));
  });
});

describe('lock ids', () => {
  const schemas = {
    cases: z.object({ batchId: z.string(), place: z.number(), lockId: z.string() }),
    refused: z.object({ lockId: z.string(), code: faultCodeField }),
  };

  it('match the vectors both ways', () => {
    const { cases, refused } = readVectors('lock-ids', schemas);
    for (const { batchId, place, lockId } of cases) {
      assert.equal(lockIdOf(batchId, place), lockId);
      assert.deepEqual(parseLockId(lockId), { batchId, place });
    }
    for (const { lockId } of refused) assert.equal(parseLockId(lockId), undefined);
  });

  it('refuse what is not a transaction id or a place', () => {
    assert.throws(() => lockIdOf('ab', 0), fault('ENCODING_BAD'));
    assert.throws(() => lockIdOf('a'.repeat(64), -1), fault('ENCODING_BAD'));
    assert.throws(() => lockIdOf('a'.repeat(64), 1.5), fault('ENCODING_BAD'));
    assert.throws(() => lockIdOf('a'.repeat(64), 100_000), fault('ENCODING_BAD'));
  });
});

describe('accounts', () => {
  it('match the vectors both ways', () => {
    const { cases, refused } = readVectors('accounts', {
      cases: z.object({ account: z.string(), bytes32: wordField }),
      refused: z.object({ bytes32: wordField, code: faultCodeField }),
    });
    for (const { account, bytes32 } of cases) {
      assert.equal(bytes32FromAccount(account), bytes32);
      assert.equal(accountFromBytes32(bytes32), account);
    }
    for (const { bytes32 } of refused) assert.equal(accountFromBytes32(bytes32), undefined);
  });

  it('round-trip, and every other text is refused', () => {
    const account = fc.stringMatching(/^[a-z0-9._-]{1,31}$/);
    fc.assert(fc.property(account, (name) => accountFromBytes32(bytes32FromAccount(name)) === name));
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!isAccount(text));
        assert.throws(() => bytes32FromAccount(text), fault('ACCOUNT_BAD'));
      }),
    );
  });
});
