import { verifyMerkleProof } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesFromUint, concatBytes } from '../bytes.ts';
import { Fault } from '../faults.ts';
import { bytesFromHex, hexFromBytes, ZERO_WORD } from '../hex.ts';
import type { Hex } from '../hex.ts';

/** keccak256(rlp('')): the root of a trie that holds nothing. */
export const EMPTY_TRIE_ROOT: Hex = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';

/** Both halves of an EIP-1186 proof, from the state root to a contract and from there to one word of its storage. */
export interface StorageProof {
  readonly accountProof: readonly Hex[];
  readonly storageProof: readonly Hex[];
}

/**
 * A word of a contract's storage as the state root commits to it; zero when the proof shows that nothing is stored.
 * @throws Fault PROOF_BAD
 */
export async function provenWord(stateRoot: Hex, contract: Hex, slot: Hex, proof: StorageProof): Promise<Hex> {
  const account = await provenValue(stateRoot, contract, proof.accountProof, 'account');
  if (account === undefined) throw new Fault('PROOF_BAD', `${contract} does not exist in the proven state`);
  const storageRoot = storageRootOf(account);
  if (storageRoot === EMPTY_TRIE_ROOT) return ZERO_WORD;
  const value = await provenValue(storageRoot, slot, proof.storageProof, 'storage');
  return value === undefined ? ZERO_WORD : wordOf(value);
}

/** The slot of `mapping(uint256 => …)` declared at `position`. */
export function mappingSlotOf(key: bigint, position: number): Hex {
  return hexFromBytes(keccak_256(concatBytes(bytesFromUint(key, 32), bytesFromUint(position, 32))));
}

/** undefined when the proof shows that the key is absent. */
async function provenValue(root: Hex, key: Hex, proof: readonly Hex[], what: string): Promise<Uint8Array | undefined> {
  const nodes = proof.map((node) => bytesFromHex(node));
  const options = { root: bytesFromHex(root, 32), useKeyHashing: true };
  // The verifier takes its root from the first node: without one nothing would be checked.
  if (nodes.length === 0) throw new Fault('PROOF_BAD', `the ${what} proof is empty`);
  try {
    return (await verifyMerkleProof(bytesFromHex(key), nodes, options)) ?? undefined;
  } catch (cause) {
    throw new Fault('PROOF_BAD', `the ${what} proof does not lead on from the root`, { cause });
  }
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

function decoded(rlp: Uint8Array): unknown {
  try {
    return RLP.decode(rlp);
  } catch {
    throw new Fault('PROOF_BAD', 'a proven value is not RLP');
  }
}
