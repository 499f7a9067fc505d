import assert from 'node:assert/strict';
import { createSign, createVerify, generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { signatureFromDer } from '@twinspan/protocol';
import fc from 'fast-check';
import { lowSignature, lowSignatureFromP1363, signatureToDer } from '../../src/asset/lowS.ts';
import { nativeSigner } from '../../src/asset/signer.ts';
import { fault } from './fault.ts';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const scalar = fc.bigInt({ min: 1n, max: ORDER - 1n });
const bytesOf = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const integerOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

describe('lowSignature', () => {
  it('keeps r and folds s into the lower half, whatever they are', () => {
    fc.assert(
      fc.property(scalar, scalar, (r, s) => {
        const low = lowSignature(bytesOf(r), bytesOf(s));
        assert.equal(integerOf(low.r), r);
        assert.ok(integerOf(low.s) <= ORDER / 2n);
        assert.ok([s, ORDER - s].includes(integerOf(low.s)));
        assert.equal(low.s.length, 32);
      }),
    );
  });

  it('writes DER that the protocol reads back', () => {
    fc.assert(
      fc.property(scalar, scalar, (r, s) => {
        const low = lowSignatureFromP1363(Buffer.concat([bytesOf(r), bytesOf(s)]));
        const read = signatureFromDer(signatureToDer(low));
        assert.equal(BigInt(read.r), r);
        assert.equal(BigInt(read.s), integerOf(low.s));
      }),
    );
  });
});

describe('nativeSigner', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  it('signs the SHA-256 of the whole message with low S, each time', async () => {
    const sign = nativeSigner(pem);
    for (let i = 0; i < 50; i += 1) {
      const message = Buffer.from(`message ${i}`);
      const der = await sign(message);
      assert.ok(createVerify('sha256').update(message).verify(publicKey, der));
      assert.doesNotThrow(() => signatureFromDer(der));
    }
  });

  it('is needed: the plain signer leaves S high about half of the time', () => {
    const highs = Array.from({ length: 64 }, (_, i) => createSign('sha256').update(`${i}`).sign(privateKey)).filter(
      (der) => {
        try {
          signatureFromDer(der);
          return false;
        } catch {
          return true;
        }
      },
    );
    assert.ok(highs.length > 0);
  });

  it('refuses what is not a P-256 key', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
    const otherPem = other.export({ type: 'pkcs8', format: 'pem' }).toString();
    assert.throws(() => nativeSigner(otherPem), fault('CONFIG_BAD'));
    assert.throws(() => nativeSigner('not a key'), fault('CONFIG_BAD'));
  });
});
