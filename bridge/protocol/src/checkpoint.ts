import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesFromUint, concatBytes, utf8Bytes } from './bytes.ts';
import { Fault } from './faults.ts';
import { bytesFromHex, hexFromBytes } from './hex.ts';
import type { Hex } from './hex.ts';

/** A finalized block of the trading chain. */
export interface Checkpoint {
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly stateRoot: Hex;
}

/** Which bridge attestors vouch for: the EIP-712 domain {name: "Twinspan", version: "1", chainId, verifyingContract}. */
export interface CheckpointDomain {
  readonly tradingChainId: bigint;
  readonly bridge: Hex;
}

const domainType = keccakText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)');
const checkpointType = keccakText('Checkpoint(uint64 blockNumber,bytes32 blockHash,bytes32 stateRoot)');
const domainName = keccakText('Twinspan');
const domainVersion = keccakText('1');

function keccakText(text: string): Uint8Array {
  return keccak_256(utf8Bytes(text));
}

/** Hashed once for a domain, which signs any number of checkpoints. */
const separators = new WeakMap<CheckpointDomain, Uint8Array>();

function separatorOf(domain: CheckpointDomain): Uint8Array {
  const known = separators.get(domain);
  if (known !== undefined) return known;
  const separator = keccak_256(
    concatBytes(
      domainType,
      domainName,
      domainVersion,
      bytesFromUint(domain.tradingChainId, 32),
      new Uint8Array(12),
      bytesFromHex(domain.bridge, 20),
    ),
  );
  separators.set(domain, separator);
  return separator;
}

/** The EIP-712 digest that attestors sign. */
export function checkpointDigestOf(domain: CheckpointDomain, checkpoint: Checkpoint): Hex {
  const struct = keccak_256(
    concatBytes(
      checkpointType,
      new Uint8Array(24),
      bytesFromUint(checkpoint.blockNumber, 8),
      bytesFromHex(checkpoint.blockHash, 32),
      bytesFromHex(checkpoint.stateRoot, 32),
    ),
  );
  return hexFromBytes(keccak_256(concatBytes(new Uint8Array([0x19, 0x01]), separatorOf(domain), struct)));
}

/** 65 bytes r ‖ s ‖ v with v 27 or 28 and low S; deterministic (RFC 6979). */
export function signCheckpoint(domain: CheckpointDomain, checkpoint: Checkpoint, privateKey: Hex): Hex {
  const digest = bytesFromHex(checkpointDigestOf(domain, checkpoint), 32);
  const recovered = secp256k1.sign(digest, bytesFromHex(privateKey, 32), {
    prehash: false,
    lowS: true,
    format: 'recovered',
  });
  return hexFromBytes(concatBytes(recovered.subarray(1), new Uint8Array([27 + (recovered[0] ?? 0)])));
}

/** The address of a private key. */
export function attestorAddressOf(privateKey: Hex): Hex {
  return addressOfKey(secp256k1.getPublicKey(bytesFromHex(privateKey, 32), false));
}

/** The address of a public key: 65 bytes, uncompressed. */
export function addressOfKey(uncompressed: Uint8Array): Hex {
  return hexFromBytes(keccak_256(uncompressed.subarray(1)).subarray(12));
}

/** Who signed the digest. @throws {Fault} SIGNATURE_BAD on a wrong length, v, high S or an unrecoverable signature */
export function recoverAttestor(digest: Hex, signature: Hex): Hex {
  const bytes = bytesFromHex(signature);
  const v = bytes[64];
  if (bytes.length !== 65 || (v !== 27 && v !== 28)) {
    throw new Fault('SIGNATURE_BAD', 'a checkpoint signature has 65 bytes and ends with 27 or 28');
  }
  try {
    const parsed = secp256k1.Signature.fromBytes(bytes.subarray(0, 64), 'compact');
    if (parsed.hasHighS()) throw new Fault('SIGNATURE_BAD', 'the signature has a high S');
    return addressOfKey(
      parsed
        .addRecoveryBit(v - 27)
        .recoverPublicKey(bytesFromHex(digest, 32))
        .toBytes(false),
    );
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('SIGNATURE_BAD', 'no key can have made this signature', { cause });
  }
}

/** The k of n keys that together vouch for a checkpoint. */
export interface AttestorSet {
  readonly attestors: readonly Hex[];
  readonly threshold: number;
}

/**
 * Who signed, when at least `threshold` attestors of the set did, in strictly ascending order of address.
 *
 * @throws {Fault} SIGNATURE_BAD, SIGNER_ORDER, SIGNER_UNKNOWN, QUORUM_MISSING
 */
export function requireQuorum(set: AttestorSet, digest: Hex, signatures: readonly Hex[]): Hex[] {
  // A signature costs every endorser a curve operation: refuse a pile of them first.
  if (signatures.length > set.attestors.length)
    throw new Fault('SIGNER_ORDER', 'there are more signatures than attestors');
  if (set.threshold < 1 || signatures.length < set.threshold) {
    throw new Fault('QUORUM_MISSING', `${signatures.length} of ${set.threshold} needed attestors signed`);
  }
  const signers = signatures.map((signature) => recoverAttestor(digest, signature));
  signers.forEach((signer, i) => {
    if (!set.attestors.includes(signer)) throw new Fault('SIGNER_UNKNOWN', `${signer} is not an attestor`);
    const before = signers[i - 1];
    if (before !== undefined && before >= signer) throw new Fault('SIGNER_ORDER', `${signer} is not after ${before}`);
  });
  return signers;
}
