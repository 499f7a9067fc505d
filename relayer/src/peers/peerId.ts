import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { bytesFromHex } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';

/** The peer id of an Ed25519 seed of 32 bytes. */
export async function peerIdOf(seed: Hex): Promise<string> {
  const key = await generateKeyPairFromSeed('Ed25519', bytesFromHex(seed, 32));
  return key.publicKey.toString();
}
