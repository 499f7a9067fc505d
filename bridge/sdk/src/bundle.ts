import {
  bytesFromHex,
  decodeEndorsements,
  decodeHeader,
  decodeWordsOf,
  encodeEndorsements,
  equalBytes,
  Fault,
  headerOfPayload,
  hexBytesField,
  hexFromBytes,
  laneIdField,
  requireEndorsements,
  uint64Field,
  type Endorsement,
  type EpochHeader,
  type EpochWords,
  type Hex,
} from '@twinspan/protocol';
import { z } from 'zod';
import type { EndorsedEpoch } from './asset/endorsement.ts';
import type { Member } from './asset/member.ts';
import { verifiesNatively } from './asset/verifiesNatively.ts';

/** All that a carrier needs to deliver one epoch (protocol §6–7). */
export interface Bundle {
  readonly laneId: bigint;
  readonly epoch: bigint;
  /** ProposalResponsePayload. */
  readonly payload: Hex;
  /** 65-byte entries: member index(1) r(32) s(32), strictly ascending by index. */
  readonly endorsements: Hex;
  readonly words: Hex;
}

/** Who may endorse, in the client contract's order, and for what. */
export interface Consortium {
  readonly members: readonly Member[];
  readonly threshold: number;
  readonly assetChainId: Hex;
  readonly chaincode: string;
}

export interface VerifiedBundle {
  readonly header: EpochHeader;
  readonly words: EpochWords;
}

/**
 * Puts an endorsed header and its epoch's words into the form that `Bridge.deliver` takes.
 * @throws Fault SIGNER_UNKNOWN when an endorser is not a member with exactly these identity bytes
 */
export function assembleBundle(endorsed: EndorsedEpoch, words: Hex, members: readonly Member[]): Bundle {
  const entries = endorsed.endorsements
    .map(({ identity, mspId, r, s }) => ({ member: placeOf(members, mspId, identity), r, s }))
    .sort((a, b) => a.member - b.member);
  return {
    laneId: endorsed.laneId,
    epoch: endorsed.epoch,
    payload: hexFromBytes(endorsed.payload),
    endorsements: hexFromBytes(encodeEndorsements(entries)),
    words,
  };
}

function placeOf(members: readonly Member[], mspId: string, identity: Uint8Array): number {
  const place = members.findIndex((member) => equalBytes(member.identity, identity));
  if (place >= 0) return place;
  const renewed = members.some((member) => member.mspId === mspId);
  const why = renewed ? 'signs with another certificate than the one on the trading chain' : 'is not a member';
  throw new Fault('SIGNER_UNKNOWN', `${mspId} ${why}`);
}

/**
 * Everything that the contract will check about a bundle apart from its own state, off-chain.
 * @throws Fault QUORUM_MISSING, SIGNER_ORDER, SIGNER_UNKNOWN, SIGNATURE_BAD, PAYLOAD_BAD, HEADER_BAD, ASSET_CHAIN_WRONG, WORDS_BAD …
 */
export function verifyBundle(bundle: Bundle, consortium: Consortium): VerifiedBundle {
  const payload = bytesFromHex(bundle.payload);
  const endorsements = decodeEndorsements(bytesFromHex(bundle.endorsements));
  requireEndorsements(consortium, payload, endorsements, verifiesNatively);
  requireDistinctOrgs(consortium, endorsements);
  const header = decodeHeader(headerOfPayload(payload, consortium.chaincode));
  if (header.assetChainId !== consortium.assetChainId) {
    throw new Fault('ASSET_CHAIN_WRONG', `the header is of asset chain ${header.assetChainId}`);
  }
  if (header.laneId !== bundle.laneId || header.epoch !== bundle.epoch) {
    throw new Fault('HEADER_BAD', 'the bundle carries another epoch than it says');
  }
  return { header, words: decodeWordsOf(header, bytesFromHex(bundle.words)) };
}

/** An organization may have several members and counts once: alone it must not pass for a quorum. */
function requireDistinctOrgs({ members }: Consortium, endorsements: readonly Endorsement[]): void {
  const seen = new Set<string>();
  for (const { member } of endorsements) {
    const mspId = members[member]?.mspId ?? '';
    if (seen.has(mspId)) throw new Fault('SIGNER_ORDER', `${mspId} endorsed more than once`);
    seen.add(mspId);
  }
}

/** 64 states of five words and 256 messages. */
const MAX_WORDS_CHARS = 2 + 64 * (64 * 5 + 256);
/** A payload is about 340 bytes; reads of a long-lived channel grow it a little. */
const MAX_PAYLOAD_CHARS = 2 + 2 * 4_096;
const MAX_ENDORSEMENTS_CHARS = 2 + 2 * 65 * 256;
/** The largest bundle in its wire form. */
export const MAX_WIRE_CHARS = MAX_WORDS_CHARS + MAX_PAYLOAD_CHARS + MAX_ENDORSEMENTS_CHARS + 256;

const bounded = (chars: number): z.ZodType<Hex, string> => z.string().max(chars).pipe(hexBytesField);

const wireSchema = z.strictObject({
  laneId: laneIdField,
  epoch: uint64Field,
  payload: bounded(MAX_PAYLOAD_CHARS),
  endorsements: bounded(MAX_ENDORSEMENTS_CHARS),
  words: bounded(MAX_WORDS_CHARS),
});

/** JSON for gossip and rest: 64-bit integers as decimal strings. */
export function bundleToWire(bundle: Bundle): string {
  return JSON.stringify({ ...bundle, laneId: bundle.laneId.toString(), epoch: bundle.epoch.toString() });
}

/** Form only: pass the bundle to `verifyBundle` before trusting it. @throws Fault PEER_MESSAGE_BAD */
export function bundleFromWire(text: string): Bundle {
  if (text.length > MAX_WIRE_CHARS)
    throw new Fault('PEER_MESSAGE_BAD', `a bundle of ${text.length} characters is too long`);
  try {
    return wireSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault('PEER_MESSAGE_BAD', 'the text is not a bundle', { cause });
  }
}
