import { p256 } from '@noble/curves/nist.js';
import {
  bytesFromHex,
  bytesFromUint,
  concatBytes,
  encodeEndorsements,
  encodeHeader,
  endorsedDigestOf,
  hexFromBytes,
  uintFromBytes,
  utf8Bytes,
} from '../../src/index.ts';
import type { Endorsement, Hex } from '../../src/index.ts';
import { ANVIL_CHAIN, bridge, labelled, ZERO_32 } from './fixtures.ts';
import { delimited, delimitedText, varintBytes } from './protobuf.ts';
import type { VectorCase, VectorFile } from './vectorFile.ts';

const CHAINCODE = 'rights';

/** Public test keys, one per org, with a stand-in for a SerializedIdentity of about the real length. */
const members = ['AuditorMSP', 'CustodianMSP', 'RegistryMSP'].map((mspId) => {
  const privateKey = bytesFromHex(labelled(`endorser key of ${mspId}`));
  const point = p256.getPublicKey(privateKey, false);
  const certificate = `-----BEGIN CERTIFICATE-----\n${mspId.padEnd(740, '=')}\n-----END CERTIFICATE-----\n`;
  return {
    privateKey,
    identity: concatBytes(delimitedText(0x0a, mspId), delimitedText(0x12, certificate)),
    qx: hexFromBytes(point.subarray(1, 33)),
    qy: hexFromBytes(point.subarray(33, 65)),
  };
});

const assetChainId = labelled('asset chain');
const header = encodeHeader({
  assetChainId,
  laneId: 0x0123456789abcdefn,
  tradingChainId: ANVIL_CHAIN,
  bridge,
  epoch: 1n,
  previousHeader: ZERO_32,
  firstMessage: 0n,
  messageCount: 1,
  stateCount: 1,
  wordsHash: labelled('words'),
  detailsHash: labelled('details'),
  sealedAt: 1_784_073_600n,
  releasedThrough: 0n,
});

// The payload by hand, part by part, as a peer serializes it.
const proposalHash = delimited(0x0a, bytesFromHex(labelled('proposal hash')));
const results = delimited(0x0a, utf8Bytes('a read set with versions '.repeat(8)));
const status = concatBytes(new Uint8Array([0x08]), varintBytes(200));
const responsePayload = delimited(0x1a, header);
const name = delimitedText(0x12, CHAINCODE);
const version = delimitedText(0x1a, '1.0');

function responseOf(...fields: readonly Uint8Array[]): Uint8Array {
  return delimited(0x1a, concatBytes(...fields));
}
function chaincodeIdOf(...fields: readonly Uint8Array[]): Uint8Array {
  return delimited(0x22, concatBytes(...fields));
}
function actionOf(...fields: readonly Uint8Array[]): Uint8Array {
  return delimited(0x12, concatBytes(...fields));
}

const response = responseOf(status, responsePayload);
const chaincodeId = chaincodeIdOf(name, version);
const action = actionOf(results, response, chaincodeId);
const payload = concatBytes(proposalHash, action);

function endorse(signed: Uint8Array, ...indices: readonly number[]): Endorsement[] {
  return members.flatMap((member, index) => {
    if (!indices.includes(index)) return [];
    const digest = bytesFromHex(endorsedDigestOf(signed, member.identity));
    const signature = p256.sign(digest, member.privateKey, { prehash: false, lowS: true });
    return [{ member: index, r: hexFromBytes(signature.subarray(0, 32)), s: hexFromBytes(signature.subarray(32)) }];
  });
}

function withHighS(endorsement: Endorsement): Endorsement {
  return {
    ...endorsement,
    s: hexFromBytes(bytesFromUint(p256.Point.Fn.ORDER - uintFromBytes(bytesFromHex(endorsement.s)), 32)),
  };
}

function readCase(caseName: string, bytes: Uint8Array, endorsements: Uint8Array): VectorCase {
  return { name: caseName, payload: hexFromBytes(bytes), endorsements: hexFromBytes(endorsements) };
}

const consortium = {
  chaincode: CHAINCODE,
  assetChainId,
  threshold: 2,
  privateKeys: members.map((member): Hex => hexFromBytes(member.privateKey)),
  identities: members.map((member): Hex => hexFromBytes(member.identity)),
  qx: members.map((member) => member.qx),
  qy: members.map((member) => member.qy),
};

/** Signed as given, so that only the payload's form can be what is refused. */
function malformed(caseName: string, bytes: Uint8Array, code = 'PAYLOAD_BAD'): VectorCase {
  return { ...readCase(caseName, bytes, encodeEndorsements(endorse(bytes, 0, 1))), code };
}

function unsound(caseName: string, endorsements: Uint8Array, code: string): VectorCase {
  return { ...readCase(caseName, payload, endorsements), code };
}

/** Entries as they stand, in whatever order. */
function rawEntries(entries: readonly Endorsement[]): Uint8Array {
  return concatBytes(...entries.map((entry) => encodeEndorsements([entry])));
}

const good = endorse(payload, 0, 2);
const trailing = new Uint8Array([0x18, 0x01]);

const badForms: readonly VectorCase[] = [
  malformed('trailing byte', concatBytes(payload, new Uint8Array(1))),
  malformed('trailing field', concatBytes(payload, trailing)),
  malformed('extension first', concatBytes(action, proposalHash)),
  malformed('proposal hash twice', concatBytes(proposalHash, proposalHash, action)),
  malformed('extension twice', concatBytes(proposalHash, action, action)),
  malformed('no proposal hash', action),
  malformed('proposal hash of 31 bytes', concatBytes(delimited(0x0a, new Uint8Array(31).fill(1)), action)),
  malformed('response before results', concatBytes(proposalHash, actionOf(response, results, chaincodeId))),
  malformed(
    'an event',
    concatBytes(proposalHash, actionOf(results, delimitedText(0x12, 'event'), response, chaincodeId)),
  ),
  malformed('response twice', concatBytes(proposalHash, actionOf(results, response, response, chaincodeId))),
  malformed('chaincode id twice', concatBytes(proposalHash, actionOf(results, response, chaincodeId, chaincodeId))),
  malformed(
    'unknown field of the action',
    concatBytes(proposalHash, actionOf(results, response, chaincodeId, delimitedText(0x2a, 'token'))),
  ),
  malformed('no chaincode id', concatBytes(proposalHash, actionOf(results, response))),
  malformed(
    'a response message',
    concatBytes(
      proposalHash,
      actionOf(results, responseOf(status, delimitedText(0x12, 'OK'), responsePayload), chaincodeId),
    ),
  ),
  malformed(
    'header twice',
    concatBytes(proposalHash, actionOf(results, responseOf(status, responsePayload, responsePayload), chaincodeId)),
  ),
  malformed(
    'a chaincode path',
    concatBytes(proposalHash, actionOf(results, response, chaincodeIdOf(delimitedText(0x0a, 'p'), name, version))),
  ),
  malformed(
    'chaincode name twice',
    concatBytes(proposalHash, actionOf(results, response, chaincodeIdOf(name, name, version))),
  ),
  malformed(
    'a length that is not minimal',
    concatBytes(new Uint8Array([0x0a, 0xa0, 0x00]), proposalHash.subarray(2), action),
  ),
  malformed('a length past the end', concatBytes(proposalHash, new Uint8Array([0x12, 0xff, 0x7f]), action.subarray(3))),
  malformed(
    'a length of three bytes',
    concatBytes(proposalHash, actionOf(delimited(0x0a, new Uint8Array(16_384)), response, chaincodeId)),
  ),
  malformed('nothing but a status', concatBytes(proposalHash, actionOf(results, responseOf(status), chaincodeId))),
  malformed('cut in the middle', payload.subarray(0, 300)),
  malformed('empty', new Uint8Array()),
];

const otherContents: readonly VectorCase[] = [
  malformed(
    'no status',
    concatBytes(proposalHash, actionOf(results, responseOf(responsePayload), chaincodeId)),
    'RESPONSE_STATUS',
  ),
  malformed(
    'status 500',
    concatBytes(
      proposalHash,
      actionOf(results, responseOf(new Uint8Array([0x08]), varintBytes(500), responsePayload), chaincodeId),
    ),
    'RESPONSE_STATUS',
  ),
  malformed(
    'another chaincode',
    concatBytes(proposalHash, actionOf(results, response, chaincodeIdOf(delimitedText(0x12, 'rightz'), version))),
    'CHAINCODE_WRONG',
  ),
  malformed(
    'a longer chaincode name',
    concatBytes(proposalHash, actionOf(results, response, chaincodeIdOf(delimitedText(0x12, 'rights2'), version))),
    'CHAINCODE_WRONG',
  ),
  malformed(
    'a header of 203 bytes',
    concatBytes(
      proposalHash,
      actionOf(results, responseOf(status, delimited(0x1a, header.subarray(0, 203))), chaincodeId),
    ),
    'HEADER_BAD',
  ),
  malformed(
    'JSON instead of a header',
    concatBytes(proposalHash, actionOf(results, responseOf(status, delimitedText(0x1a, '{}')), chaincodeId)),
    'HEADER_BAD',
  ),
];

const shifted = new Uint8Array(payload.length + 1);
shifted.set(payload);
shifted[payload.length] = members[0]?.identity[0] ?? 0;

/** `endorsed` are the members whose entries are in `endorsements`. */
export const endorsedReadVectors: VectorFile = {
  shared: consortium,
  cases: [
    { ...readCase('two of three', payload, encodeEndorsements(good)), endorsed: [0, 2], header: hexFromBytes(header) },
    {
      ...readCase('three of three', payload, encodeEndorsements(endorse(payload, 0, 1, 2))),
      endorsed: [0, 1, 2],
      header: hexFromBytes(header),
    },
  ],
  refused: [
    ...badForms,
    ...otherContents,
    unsound('one endorser', encodeEndorsements(endorse(payload, 1)), 'QUORUM_MISSING'),
    unsound('no endorser', new Uint8Array(), 'QUORUM_MISSING'),
    unsound('an endorser twice', rawEntries([...endorse(payload, 1), ...endorse(payload, 1)]), 'SIGNER_ORDER'),
    unsound('endorsers out of order', rawEntries(good.toReversed()), 'SIGNER_ORDER'),
    unsound(
      'a member outside the set',
      encodeEndorsements(good.map((e) => (e.member === 2 ? { ...e, member: 3 } : e))),
      'SIGNER_UNKNOWN',
    ),
    unsound(
      "another member's signature",
      encodeEndorsements(good.map((e) => (e.member === 2 ? { ...e, member: 1 } : e))),
      'SIGNATURE_BAD',
    ),
    unsound('high S', encodeEndorsements(good.map(withHighS)), 'SIGNATURE_BAD'),
    unsound('r of zero', encodeEndorsements(good.map((e) => ({ ...e, r: ZERO_32 }))), 'SIGNATURE_BAD'),
    unsound('s of zero', encodeEndorsements(good.map((e) => ({ ...e, s: ZERO_32 }))), 'SIGNATURE_BAD'),
    unsound('a partial entry', encodeEndorsements(good).subarray(0, 129), 'ENCODING_BAD'),
    { ...readCase('the split shifted into the identity', shifted, encodeEndorsements(good)), code: 'PAYLOAD_BAD' },
  ],
};
