import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesFromHex, decodeEndorsements, hexFromBytes, verifiesEndorsement } from '@twinspan/protocol';
import type { Endorser, Hex } from '@twinspan/protocol';
import fc from 'fast-check';
import { verifiesNatively } from '../../src/asset/verifiesNatively.ts';
import { assembleBundle } from '../../src/bundle.ts';
import { endorsedBy, payloadOf, signatory, words } from './syntheticEpoch.ts';

const [custodian, registry] = [signatory('CustodianMSP'), signatory('RegistryMSP')];
const members = [custodian, registry];
const bundle = assembleBundle(endorsedBy(members), hexFromBytes(words), members);
const payload = bytesFromHex(bundle.payload);
const [good] = decodeEndorsements(bytesFromHex(bundle.endorsements));
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const word = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`;

/** Both answers, which must be one. */
function answer(signed: Uint8Array, endorser: Endorser, signature: { r: Hex; s: Hex }): boolean {
  const answers = [verifiesNatively, verifiesEndorsement].map((verifies) => verifies(signed, endorser, signature));
  assert.equal(answers[0], answers[1]);
  return answers[0] === true;
}

describe('the platform’s check of an endorsement', () => {
  assert.ok(good !== undefined);
  const { r, s } = good;

  it('takes what the member signed, and nothing of another', () => {
    assert.equal(answer(payload, custodian, { r, s }), true);
    assert.equal(answer(payload, registry, { r, s }), false);
    assert.equal(answer(payload, { ...custodian, identity: registry.identity }, { r, s }), false);
  });

  it('answers as the protocol does at the edges of r and s', () => {
    const high = word(ORDER - BigInt(s));
    assert.equal(answer(payload, custodian, { r, s: high }), false);
    for (const edge of [0n, 1n, ORDER / 2n, ORDER / 2n + 1n, ORDER - 1n, ORDER, 2n ** 256n - 1n]) {
      assert.equal(answer(payload, custodian, { r: word(edge), s }), false);
      assert.equal(answer(payload, custodian, { r, s: word(edge) }), false);
    }
  });

  it('takes no key that is no point', () => {
    assert.equal(answer(payload, { ...custodian, qy: custodian.qx }, { r, s }), false);
    assert.equal(answer(payload, { ...custodian, qx: word(2n ** 256n - 1n) }, { r, s }), false);
  });

  it('answers as the protocol does, whatever is changed', () => {
    const flip = (bytes: Uint8Array, place: number, mask: number): Uint8Array =>
      bytes.with(place, (bytes[place] ?? 0) ^ mask);
    fc.assert(
      fc.property(
        fc.nat({ max: 63 }),
        fc.nat({ max: payload.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, byte, mask) => {
          const both = flip(Buffer.concat([bytesFromHex(r), bytesFromHex(s)]), at, mask);
          const changed = { r: hexFromBytes(both.subarray(0, 32)), s: hexFromBytes(both.subarray(32)) };
          assert.equal(answer(payload, custodian, changed), false);
          assert.equal(answer(flip(payload, byte, mask), custodian, { r, s }), false);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes no other payload', () => {
    assert.equal(answer(payloadOf({ epoch: 2n }), custodian, { r, s }), false);
  });
});
