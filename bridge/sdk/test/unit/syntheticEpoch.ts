import { peer } from '@hyperledger/fabric-protos';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  encodeHeader,
  encodeWords,
  hexFromBytes,
  utf8Bytes,
  wordsHashOf,
  ZERO_WORD,
  type EpochHeader,
} from '@twinspan/protocol';
import type { EndorsedEpoch, PeerEndorsement } from '../../src/asset/endorsement.ts';
import type { Member } from '../../src/asset/member.ts';
import { lowSignatureFromP1363 } from '../../src/asset/lowS.ts';
import type { Consortium } from '../../src/bundle.ts';

/** An org with a real key; its identity is plain text, since no check reads into it. */
export interface Signatory extends Member {
  readonly key: KeyObject;
}

export function signatory(mspId: string): Signatory {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const coordinate = (text: string): `0x${string}` => hexFromBytes(Buffer.from(text, 'base64url'));
  return { mspId, identity: utf8Bytes(`identity of ${mspId}`), qx: coordinate(x), qy: coordinate(y), key: privateKey };
}

function endorsementBy({ key, ...member }: Signatory, payload: Uint8Array): PeerEndorsement {
  const signed = sign('sha256', Buffer.concat([payload, member.identity]), { key, dsaEncoding: 'ieee-p1363' });
  const { r, s } = lowSignatureFromP1363(signed);
  return { ...member, r: hexFromBytes(r), s: hexFromBytes(s) };
}

const assetChainId = `0x${'ab'.repeat(32)}` as const;
const rightsId = `0x00${'11'.repeat(31)}` as const;

export const words = encodeWords({
  states: [
    {
      rightsId,
      status: 'ACTIVE',
      sealedUnits: 30n,
      releasedUnits: 0n,
      unitValue: 5n,
      valuedAt: 1_700_000_000,
      recordCommitment: `0x${'02'.repeat(32)}`,
      termsHash: `0x${'03'.repeat(32)}`,
    },
  ],
  messages: [
    { kind: 'MINT', slot: 0, recipient: `0x${'aa'.repeat(20)}`, units: 10n },
    { kind: 'MINT', slot: 0, recipient: `0x${'bb'.repeat(20)}`, units: 20n },
  ],
});

const header: EpochHeader = {
  assetChainId,
  laneId: 77n,
  tradingChainId: 31_337n,
  bridge: `0x${'0c'.repeat(20)}`,
  epoch: 1n,
  previousHeader: ZERO_WORD,
  firstMessage: 0n,
  messageCount: 2,
  stateCount: 1,
  wordsHash: wordsHashOf(words),
  detailsHash: ZERO_WORD,
  sealedAt: 1_700_000_000n,
  releasedThrough: 0n,
};

/** What a peer would write, by Fabric's own protobuf code. */
export function payloadOf(changes: Partial<EpochHeader> = {}, chaincode = 'rights'): Uint8Array {
  const response = new peer.Response();
  response.setStatus(200);
  response.setPayload(encodeHeader({ ...header, ...changes }));
  const id = new peer.ChaincodeID();
  id.setName(chaincode);
  id.setVersion('1.0');
  const action = new peer.ChaincodeAction();
  action.setResults(utf8Bytes('read set'));
  action.setResponse(response);
  action.setChaincodeId(id);
  const payload = new peer.ProposalResponsePayload();
  payload.setProposalHash(new Uint8Array(32).fill(1));
  payload.setExtension$(action.serializeBinary());
  return payload.serializeBinary();
}

/** The epoch as `signers` endorse it. */
export function endorsedBy(signers: readonly Signatory[], payload: Uint8Array = payloadOf()): EndorsedEpoch {
  return {
    laneId: header.laneId,
    epoch: header.epoch,
    payload,
    header: encodeHeader(header),
    endorsements: signers.map((one) => endorsementBy(one, payload)),
  };
}

export function consortiumOf(members: readonly Member[], threshold = 2): Consortium {
  return { members, threshold, assetChainId, chaincode: 'rights' };
}
