import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import {
  bytesFromHex,
  concatBytes,
  decodeEndorsements,
  decodeHeader,
  encodeEndorsements,
  endorsedDigestOf,
  Fault,
  headerOfPayload,
  hexBytesField,
  hexFromBytes,
  parsePayload,
  requireEndorsements,
  signatureFromDer,
  verifiesEndorsement,
  wordField,
} from '../../src/index.ts';
import type { EndorserSet, Hex } from '../../src/index.ts';
import { hexOf } from './arbitraries.ts';
import { fault, faultCodeField, readShared, readVectors } from './vectorFiles.ts';

const fields = { name: z.string(), payload: hexBytesField, endorsements: hexBytesField };
const { cases, refused } = readVectors('endorsed-reads', {
  cases: z.object({ ...fields, endorsed: z.array(z.number()), header: hexBytesField }),
  refused: z.object({ ...fields, code: faultCodeField }),
});
const shared = readShared(
  'endorsed-reads',
  z.object({
    chaincode: z.string(),
    assetChainId: wordField,
    threshold: z.number(),
    identities: z.array(hexBytesField),
    qx: z.array(wordField),
    qy: z.array(wordField),
  }),
);
const set: EndorserSet = {
  threshold: shared.threshold,
  members: shared.identities.map((identity, i) => ({
    identity: bytesFromHex(identity),
    qx: shared.qx[i] ?? '0x',
    qy: shared.qy[i] ?? '0x',
  })),
};

/** What `AssetChainClient` does, in its order. */
function verified(payload: Hex, endorsements: Hex): Uint8Array {
  const bytes = bytesFromHex(payload);
  requireEndorsements(set, bytes, decodeEndorsements(bytesFromHex(endorsements)));
  return headerOfPayload(bytes, shared.chaincode);
}

function base64url(hex: Hex): string {
  return Buffer.from(bytesFromHex(hex)).toString('base64url');
}

describe('endorsed read', () => {
  for (const { name, payload, endorsements, endorsed, header } of cases) {
    it(`matches the vector: ${name}`, () => {
      assert.equal(hexFromBytes(verified(payload, endorsements)), header);
      assert.equal(decodeHeader(bytesFromHex(header)).assetChainId, shared.assetChainId);
      const entries = decodeEndorsements(bytesFromHex(endorsements));
      assert.deepEqual(
        entries.map(({ member }) => member),
        endorsed,
      );
      assert.equal(hexFromBytes(encodeEndorsements(entries)), endorsements);
    });

    it(`the runtime's own P-256 agrees: ${name}`, () => {
      for (const { member, r, s } of decodeEndorsements(bytesFromHex(endorsements))) {
        const endorser = set.members[member];
        assert.ok(endorser);
        const key = createPublicKey({
          format: 'jwk',
          key: { kty: 'EC', crv: 'P-256', x: base64url(endorser.qx), y: base64url(endorser.qy) },
        });
        const signed = concatBytes(bytesFromHex(payload), endorser.identity);
        const signature = concatBytes(bytesFromHex(r), bytesFromHex(s));
        assert.ok(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature));
      }
    });
  }

  for (const { name, payload, endorsements, code } of refused) {
    it(`refuses ${name}`, () => {
      // A payload whose form is what is wrong is refused for its form, even where its signatures stand.
      const formFirst = ['PAYLOAD_BAD', 'RESPONSE_STATUS', 'CHAINCODE_WRONG', 'HEADER_BAD'].includes(code);
      const attempt = formFirst
        ? () => headerOfPayload(bytesFromHex(payload), shared.chaincode)
        : () => verified(payload, endorsements);
      assert.throws(attempt, fault(code));
      assert.throws(() => verified(payload, endorsements), Fault);
    });
  }

  it('no change of any byte survives signatures and form together', () => {
    const [good] = cases;
    assert.ok(good);
    const original = bytesFromHex(good.payload);
    const [entry] = decodeEndorsements(bytesFromHex(good.endorsements));
    assert.ok(entry);
    const endorser = set.members[entry.member];
    assert.ok(endorser);
    fc.assert(
      fc.property(fc.nat({ max: original.length - 1 }), fc.integer({ min: 1, max: 255 }), (place, mask) => {
        const changed = original.with(place, (original[place] ?? 0) ^ mask);
        assert.equal(verifiesEndorsement(changed, endorser, entry), false);
      }),
      { numRuns: 40 },
    );
    assert.ok(verifiesEndorsement(original, endorser, entry));
  });

  it('any bytes parse or are refused with a code of their own', () => {
    const [good] = cases;
    assert.ok(good);
    const original = bytesFromHex(good.payload);
    const cut = fc.nat({ max: original.length - 1 }).map((length) => original.subarray(0, length));
    const garbled = fc
      .tuple(fc.nat({ max: original.length - 1 }), fc.nat({ max: 255 }))
      .map(([place, byte]) => original.with(place, byte));
    fc.assert(
      fc.property(fc.oneof(cut, garbled, fc.uint8Array({ maxLength: 64 })), (bytes) => {
        try {
          parsePayload(bytes);
        } catch (error) {
          assert.ok(error instanceof Fault && ['PAYLOAD_BAD', 'RESPONSE_STATUS'].includes(error.code), String(error));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('a chaincode name that is not UTF-8 is refused', () => {
    const [good] = cases;
    assert.ok(good);
    const bytes = bytesFromHex(good.payload);
    const place = Buffer.from(bytes).lastIndexOf('rights');
    assert.throws(() => parsePayload(bytes.with(place, 0xff)), fault('PAYLOAD_BAD'));
  });
});

describe('endorsements', () => {
  const entries = fc
    .uniqueArray(fc.record({ member: fc.nat({ max: 255 }), r: hexOf(32), s: hexOf(32) }, { noNullPrototype: true }), {
      selector: ({ member }) => member,
    })
    .map((list) => list.sort((a, b) => a.member - b.member));

  it('round-trip', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const bytes = encodeEndorsements(list);
        assert.equal(bytes.length, 65 * list.length);
        assert.deepEqual(decodeEndorsements(bytes), list);
      }),
    );
  });

  it('refuse a partial entry, another order and a member beyond a byte', () => {
    const entry = { member: 1, r: `0x${'01'.repeat(32)}`, s: `0x${'01'.repeat(32)}` } as const;
    assert.throws(() => encodeEndorsements([entry, entry]), fault('SIGNER_ORDER'));
    assert.throws(() => encodeEndorsements([entry, { ...entry, member: 0 }]), fault('SIGNER_ORDER'));
    for (const member of [256, -1, 0.5])
      assert.throws(() => encodeEndorsements([{ ...entry, member }]), fault('ENCODING_BAD'));
    const twice = concatBytes(encodeEndorsements([entry]), encodeEndorsements([entry]));
    assert.throws(() => decodeEndorsements(twice), fault('SIGNER_ORDER'));
    assert.throws(() => decodeEndorsements(twice.subarray(1)), fault('ENCODING_BAD'));
    assert.throws(() => {
      requireEndorsements({ ...set, threshold: 0 }, new Uint8Array(), []);
    }, fault('QUORUM_MISSING'));
  });

  it('the digest is sha256 of payload and identity together', () => {
    const a = endorsedDigestOf(new Uint8Array([1, 2]), new Uint8Array([3]));
    assert.equal(a, endorsedDigestOf(new Uint8Array([1]), new Uint8Array([2, 3])));
    assert.equal(a, '0x039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81');
  });

  it('a DER signature gives r and s, left-padded; a broken or high one is refused', () => {
    const low = Buffer.from('300602010102017f', 'hex');
    const word = (n: number): string => `0x${n.toString(16).padStart(64, '0')}`;
    assert.deepEqual(signatureFromDer(low), { r: word(1), s: word(0x7f) });
    assert.throws(() => signatureFromDer(Buffer.concat([low, Buffer.from([0])])), fault('SIGNATURE_BAD'));
    assert.throws(() => signatureFromDer(Buffer.from('3006020101020180', 'hex')), fault('SIGNATURE_BAD'));
    const high = `3026020101022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550`;
    assert.throws(() => signatureFromDer(Buffer.from(high, 'hex')), fault('SIGNATURE_BAD'));
  });

  it('a key that is no point verifies nothing', () => {
    const [good] = cases;
    assert.ok(good);
    const [entry] = decodeEndorsements(bytesFromHex(good.endorsements));
    const [member] = set.members;
    assert.ok(entry && member);
    const off = { ...member, qy: member.qx };
    assert.equal(verifiesEndorsement(bytesFromHex(good.payload), off, entry), false);
  });
});
