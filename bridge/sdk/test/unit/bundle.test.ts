import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesFromHex, decodeEndorsements, hexFromBytes } from '@twinspan/protocol';
import fc from 'fast-check';
import { assembleBundle, bundleFromWire, bundleToWire, MAX_WIRE_CHARS, verifyBundle } from '../../src/bundle.ts';
import type { Bundle } from '../../src/bundle.ts';
import { fault } from './fault.ts';
import { consortiumOf, endorsedBy, payloadOf, signatory, words } from './syntheticEpoch.ts';

const [auditor, custodian, registry] = [signatory('AuditorMSP'), signatory('CustodianMSP'), signatory('RegistryMSP')];
const members = [auditor, custodian, registry];
const consortium = consortiumOf(members);
const wordsHex = hexFromBytes(words);
const good = assembleBundle(endorsedBy([registry, auditor]), wordsHex, members);

describe('assembleBundle', () => {
  it('writes endorsements in ascending order of member, whatever order the peers answered in', () => {
    const places = decodeEndorsements(bytesFromHex(good.endorsements)).map(({ member }) => member);
    assert.deepEqual(places, [0, 2]);
  });

  it('refuses a stranger, and a member that signs with another certificate', () => {
    const stranger = signatory('StrangerMSP');
    assert.throws(() => assembleBundle(endorsedBy([stranger]), wordsHex, members), /StrangerMSP is not a member/);
    const renewed = { ...signatory('RegistryMSP'), identity: Buffer.from('renewed') };
    assert.throws(() => assembleBundle(endorsedBy([renewed]), wordsHex, members), /another certificate/);
  });
});

describe('verifyBundle', () => {
  const changed = (changes: Partial<Bundle>): Bundle => ({ ...good, ...changes });
  const signedOver = (payload: Uint8Array): Bundle =>
    assembleBundle(endorsedBy([custodian, registry], payload), wordsHex, members);

  it('answers the header and the words of a good bundle', () => {
    const { header, words: decoded } = verifyBundle(good, consortium);
    assert.equal(header.messageCount, 2);
    assert.deepEqual(
      decoded.messages.map(({ units }) => units),
      [10n, 20n],
    );
  });

  it('refuses too few endorsements', () => {
    const alone = assembleBundle(endorsedBy([custodian]), wordsHex, members);
    assert.throws(() => verifyBundle(alone, consortium), fault('QUORUM_MISSING'));
  });

  it('refuses one endorsement given twice', () => {
    const once = assembleBundle(endorsedBy([custodian]), wordsHex, members).endorsements;
    const twice = changed({ endorsements: `${once}${once.slice(2)}` as const });
    assert.throws(() => verifyBundle(twice, consortium), fault('SIGNER_ORDER'));
  });

  it('refuses two endorsers of one organization: alone it is no quorum', () => {
    const second = { ...signatory('CustodianMSP'), identity: Buffer.from('another peer of CustodianMSP') };
    const doubled = [custodian, second, registry];
    const alone = assembleBundle(endorsedBy(doubled.slice(0, 2)), wordsHex, doubled);
    assert.throws(() => verifyBundle(alone, consortiumOf(doubled)), fault('SIGNER_ORDER'));
  });

  it('refuses an endorsement of another payload', () => {
    const other = signedOver(payloadOf({ sealedAt: 1n }));
    assert.throws(() => verifyBundle(changed({ payload: other.payload }), consortium), fault('SIGNATURE_BAD'));
  });

  it('refuses another chaincode and another asset chain', () => {
    assert.throws(() => verifyBundle(signedOver(payloadOf({}, 'wrongs')), consortium), fault('CHAINCODE_WRONG'));
    const elsewhere = signedOver(payloadOf({ assetChainId: `0x${'cd'.repeat(32)}` }));
    assert.throws(() => verifyBundle(elsewhere, consortium), fault('ASSET_CHAIN_WRONG'));
  });

  it('refuses a bundle that says another lane or epoch than its header', () => {
    assert.throws(() => verifyBundle(changed({ epoch: 2n }), consortium), fault('HEADER_BAD'));
    assert.throws(() => verifyBundle(changed({ laneId: 78n }), consortium), fault('HEADER_BAD'));
  });

  it('refuses words with any one byte changed', () => {
    fc.assert(
      fc.property(fc.nat(words.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const bent = Uint8Array.from(words, (byte, i) => (i === at ? byte ^ mask : byte));
        assert.throws(() => verifyBundle(changed({ words: hexFromBytes(bent) }), consortium), fault('WORDS_BAD'));
      }),
      { numRuns: 30 },
    );
  });
});

describe('the wire form of a bundle', () => {
  it('comes back as it went', () => {
    assert.deepEqual(bundleFromWire(bundleToWire(good)), good);
  });

  it('refuses what is not a bundle', () => {
    const wire = bundleToWire(good);
    const refused = [
      '',
      '{}',
      'null',
      wire.slice(1),
      wire.replace('"77"', '77'),
      wire.replace('"77"', '"-1"'),
      wire.replace('0x', '0X'),
      wire.replace('{', '{"more":1,'),
    ];
    for (const text of refused) assert.throws(() => bundleFromWire(text), fault('PEER_MESSAGE_BAD'));
  });

  it('refuses an oversized text before parsing it', () => {
    assert.throws(() => bundleFromWire(' '.repeat(MAX_WIRE_CHARS + 1)), /too long/);
    const padded = bundleToWire({ ...good, payload: `0x${'00'.repeat(5_000)}` });
    assert.throws(() => bundleFromWire(padded), fault('PEER_MESSAGE_BAD'));
  });

  it('never throws anything but its own fault', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.throws(() => bundleFromWire(text), fault('PEER_MESSAGE_BAD'));
      }),
    );
  });
});
