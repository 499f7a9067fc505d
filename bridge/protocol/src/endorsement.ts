import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, uintFromBytes } from './bytes.ts';
import { Fault } from './faults.ts';
import { bytesFromHex, hexFromBytes } from './hex.ts';
import type { Hex } from './hex.ts';

/** One entry of the contract's `endorsements` argument. */
export interface Endorsement {
  /** Index in the client contract's member set, 0–255. */
  readonly member: number;
  readonly r: Hex;
  readonly s: Hex;
}

export const ENDORSEMENT_BYTES = 65;

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const HALF_ORDER = P256_ORDER / 2n;

/** Whether an S is in the lower half of the curve's order, and not zero. */
export function isLowS(s: Hex): boolean {
  const value = BigInt(s);
  return value !== 0n && value <= HALF_ORDER;
}

/** member(1) r(32) s(32) each. @throws {Fault} SIGNER_ORDER unless members are strictly ascending, ENCODING_BAD */
export function encodeEndorsements(endorsements: readonly Endorsement[]): Uint8Array {
  requireAscending(endorsements);
  return concatBytes(
    ...endorsements.map(({ member, r, s }) => {
      if (!Number.isInteger(member) || member < 0 || member > 255) {
        throw new Fault('ENCODING_BAD', `member ${member} is not 0–255`);
      }
      return concatBytes(new Uint8Array([member]), bytesFromHex(r, 32), bytesFromHex(s, 32));
    }),
  );
}

/** @throws {Fault} ENCODING_BAD on a partial entry, SIGNER_ORDER */
export function decodeEndorsements(bytes: Uint8Array): Endorsement[] {
  if (bytes.length % ENDORSEMENT_BYTES !== 0) {
    throw new Fault('ENCODING_BAD', `${bytes.length} bytes are not whole endorsements of 65`);
  }
  const endorsements = Array.from({ length: bytes.length / ENDORSEMENT_BYTES }, (_, i) => {
    const entry = bytes.subarray(i * ENDORSEMENT_BYTES, (i + 1) * ENDORSEMENT_BYTES);
    return {
      member: Number(uintFromBytes(entry.subarray(0, 1))),
      r: hexFromBytes(entry.subarray(1, 33)),
      s: hexFromBytes(entry.subarray(33, 65)),
    };
  });
  requireAscending(endorsements);
  return endorsements;
}

function requireAscending(endorsements: readonly Endorsement[]): void {
  endorsements.forEach(({ member }, i) => {
    const before = endorsements[i - 1];
    if (before !== undefined && before.member >= member) {
      throw new Fault('SIGNER_ORDER', `member ${member} is not after member ${before.member}`);
    }
  });
}

/** sha256(payload ‖ identity): what the endorser signed. */
export function endorsedDigestOf(payload: Uint8Array, identity: Uint8Array): Hex {
  return hexFromBytes(sha256(concatBytes(payload, identity)));
}

/** A member of the consortium as the client contract stores it. */
export interface Endorser {
  /** The SerializedIdentity bytes, stored, never taken from the message. */
  readonly identity: Uint8Array;
  readonly qx: Hex;
  readonly qy: Hex;
}

/** Whether r, s is the member's low-S P-256 signature over exactly these bytes. Malformed values answer false. */
export function verifiesEndorsement(payload: Uint8Array, endorser: Endorser, signature: { r: Hex; s: Hex }): boolean {
  if (!isLowS(signature.s)) return false;
  const publicKey = concatBytes(new Uint8Array([4]), bytesFromHex(endorser.qx, 32), bytesFromHex(endorser.qy, 32));
  const compact = concatBytes(bytesFromHex(signature.r, 32), bytesFromHex(signature.s, 32));
  const digest = sha256(concatBytes(payload, endorser.identity));
  try {
    return p256.verify(compact, digest, publicKey, { prehash: false, lowS: true });
  } catch {
    return false;
  }
}

/**
 * r and s of a DER signature as Fabric peers send it.
 *
 * @throws {Fault} SIGNATURE_BAD on bytes that are not strict DER or a high S
 */
export function signatureFromDer(der: Uint8Array): { r: Hex; s: Hex } {
  let compact: Uint8Array;
  try {
    const signature = p256.Signature.fromBytes(der, 'der');
    if (signature.hasHighS()) throw new Fault('SIGNATURE_BAD', 'the signature has a high S');
    compact = signature.toBytes('compact');
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('SIGNATURE_BAD', 'the signature is not strict DER', { cause });
  }
  return { r: hexFromBytes(compact.subarray(0, 32)), s: hexFromBytes(compact.subarray(32)) };
}

/** The consortium as the client contract knows it, members in the contract's order. */
export interface EndorserSet {
  readonly members: readonly Endorser[];
  readonly threshold: number;
}

/**
 * Checks what `AssetChainClient` checks of the endorsements of a payload.
 *
 * @param verifies another way to the same answer, where the platform has a faster one
 * @throws {Fault} SIGNER_ORDER, QUORUM_MISSING, SIGNER_UNKNOWN, SIGNATURE_BAD
 */
export function requireEndorsements(
  set: EndorserSet,
  payload: Uint8Array,
  endorsements: readonly Endorsement[],
  verifies = verifiesEndorsement,
): void {
  requireAscending(endorsements);
  if (set.threshold < 1 || endorsements.length < set.threshold) {
    throw new Fault('QUORUM_MISSING', `${endorsements.length} of ${set.threshold} needed organizations endorsed`);
  }
  for (const { member, r, s } of endorsements) {
    const endorser = set.members[member];
    if (endorser === undefined) throw new Fault('SIGNER_UNKNOWN', `there is no member ${member}`);
    if (!verifies(payload, endorser, { r, s })) {
      throw new Fault('SIGNATURE_BAD', `the endorsement of member ${member} does not verify`);
    }
  }
}
