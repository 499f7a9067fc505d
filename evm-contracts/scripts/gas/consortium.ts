import { p256 } from '@noble/curves/nist.js';
import { encodeEndorsements, type Endorsement } from '@twinspan/protocol';
import { bytesToHex, concatBytes, hexToBytes, numberToBytes, sha256, stringToBytes, type Hex } from 'viem';
import type { Member } from '../../deploy/deploy.ts';

/** A real SerializedIdentity is about this long: the MSP id and a certificate as PEM. */
const IDENTITY_BYTES = 810;
/** Read set of a real `readEpoch`: its header's key and the chaincode's own definition. */
const RESULTS_BYTES = 136;

const MSP_IDS = ['AuditorMSP', 'CustodianMSP', 'RegistryMSP'];

const keys = MSP_IDS.map((mspId) => hexToBytes(sha256(stringToBytes(`key of ${mspId}`))));

/** Three endorsers whose keys are known to everyone. */
export const members: readonly Member[] = MSP_IDS.map((mspId, i) => {
  const publicKey = p256.getPublicKey(keys[i] ?? new Uint8Array(), false);
  const qx = bytesToHex(publicKey.subarray(1, 33));
  return { mspId, identity: filler(mspId, IDENTITY_BYTES), qx, qy: bytesToHex(publicKey.subarray(33)) };
});

/** The ProposalResponsePayload in which a peer returns `header`. */
export function payloadOf(header: Uint8Array, chaincode: string): Uint8Array {
  const response = concatBytes([Uint8Array.of(0x08, 0xc8, 0x01), field(0x1a, header)]);
  const chaincodeId = concatBytes([field(0x12, stringToBytes(chaincode)), field(0x1a, stringToBytes('1.0'))]);
  const results = field(0x0a, filler('results', RESULTS_BYTES));
  const action = concatBytes([results, field(0x1a, response), field(0x22, chaincodeId)]);
  return concatBytes([field(0x0a, hexToBytes(sha256(header))), field(0x12, action)]);
}

/** The endorsements of the first `count` members, deterministic (RFC 6979). */
export function endorse(payload: Uint8Array, count: number): Uint8Array {
  const endorsements = members.slice(0, count).map(({ identity }, member): Endorsement => {
    const signed = concatBytes([payload, identity]);
    const signature = p256.sign(signed, keys[member] ?? new Uint8Array(), { prehash: true, lowS: true });
    return { member, r: word(signature.subarray(0, 32)), s: word(signature.subarray(32)) };
  });
  return encodeEndorsements(endorsements);
}

/** `length` bytes without zeros. */
function filler(seed: string, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => 0x21 + ((seed.length * 31 + i * 7) % 0x5d));
}

function field(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const encoded = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return concatBytes([numberToBytes(tag, { size: 1 }), Uint8Array.from(encoded), content]);
}

function word(bytes: Uint8Array): Hex {
  return bytesToHex(bytes);
}
