import { verifyMerkleProof } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesFromHex, concatBytes, Fault, hexFromBytes, outboxHeadSlotOf } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { LaneValue } from './ledger/values.ts';

/** Both halves of an EIP-1186 proof. */
export interface OutboxProof {
  readonly checkpoint: { readonly stateRoot: Hex };
  readonly accountProof: readonly Hex[];
  readonly storageProof: readonly Hex[];
}

/**
 * The lane's outbox head as the state root commits to it: state root → account of the lane's bridge → its storage →
 * the slot of protocol §8.
 * @throws Fault PROOF_BAD.
 */
export async function provenOutboxHead(lane: LaneValue, proof: OutboxProof): Promise<Hex> {
  const account = await provenValue(proof.checkpoint.stateRoot, lane.bridge, proof.accountProof, 'account');
  const storageRoot = storageRootOf(account);
  const slot = outboxHeadSlotOf(lane.laneId);
  return wordOf(await provenValue(storageRoot, slot, proof.storageProof, 'storage'));
}

async function provenValue(root: Hex, key: Hex, proof: readonly Hex[], what: string): Promise<Uint8Array> {
  const nodes = proof.map((node) => bytesFromHex(node));
  const value = await verifyMerkleProof(bytesFromHex(key), nodes, {
    root: bytesFromHex(root, 32),
    useKeyHashing: true,
  }).catch(() => null);
  if (value === null) throw new Fault('PROOF_BAD', `the ${what} proof does not lead from the root to a value`);
  return value;
}

/** An account is RLP of nonce, balance, storage root and code hash. */
function storageRootOf(account: Uint8Array): Hex {
  const fields = decoded(account);
  const root: unknown = Array.isArray(fields) && fields.length === 4 ? fields[2] : undefined;
  if (!(root instanceof Uint8Array) || root.length !== 32) throw new Fault('PROOF_BAD', 'the account is malformed');
  return hexFromBytes(root);
}

/** A storage value is RLP of the word without its leading zeros. */
function wordOf(value: Uint8Array): Hex {
  const bytes = decoded(value);
  if (!(bytes instanceof Uint8Array) || bytes.length > 32)
    throw new Fault('PROOF_BAD', 'the storage value is malformed');
  const word = new Uint8Array(32);
  word.set(bytes, 32 - bytes.length);
  return hexFromBytes(word);
}

/** The head after an entry of which only the hash is known: keccak256(head ‖ entry hash). */
export function outboxHeadAfterHash(head: Hex, entryHash: Hex): Hex {
  return hexFromBytes(keccak_256(concatBytes(bytesFromHex(head, 32), bytesFromHex(entryHash, 32))));
}

function decoded(rlp: Uint8Array): unknown {
  try {
    return RLP.decode(rlp);
  } catch {
    throw new Fault('PROOF_BAD', 'a proven value is not RLP');
  }
}
