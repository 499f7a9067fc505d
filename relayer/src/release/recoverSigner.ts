import { addressOfKey, bytesFromHex, Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { recover } from 'tiny-secp256k1';

/** Half the order of secp256k1 (SEC 2), above which an S is high. */
const HALF_ORDER = BigInt('0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0');

/**
 * As `recoverAttestor` of the protocol and five times as fast, by libsecp256k1 compiled to WebAssembly: gossip is mostly
 * attestations. A test compares the two.
 * @throws Fault SIGNATURE_BAD on a wrong length, v, high S or an unrecoverable signature
 */
export function recoverSigner(digest: Hex, signature: Hex): Hex {
  const bytes = bytesFromHex(signature);
  const v = bytes[64];
  if (bytes.length !== 65 || (v !== 27 && v !== 28)) {
    throw new Fault('SIGNATURE_BAD', 'a checkpoint signature has 65 bytes and ends with 27 or 28');
  }
  if (BigInt(`0x${signature.slice(66, 130)}`) > HALF_ORDER)
    throw new Fault('SIGNATURE_BAD', 'the signature has a high S');
  const key = recovered(bytesFromHex(digest, 32), bytes, v === 27 ? 0 : 1);
  if (key === null) throw new Fault('SIGNATURE_BAD', 'no key can have made this signature');
  return addressOfKey(key);
}

function recovered(digest: Uint8Array, signature: Uint8Array, recoveryId: 0 | 1): Uint8Array | null {
  try {
    return recover(digest, signature.subarray(0, 64), recoveryId, false);
  } catch (cause) {
    throw new Fault('SIGNATURE_BAD', 'no key can have made this signature', { cause });
  }
}
