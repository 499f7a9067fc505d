import { secp256k1 } from '@noble/curves/secp256k1.js';
import {
  attestorAddressOf,
  bytesFromHex,
  bytesFromUint,
  checkpointDigestOf,
  hexFromBytes,
  signCheckpoint,
  uintFromBytes,
} from '../../src/index.ts';
import type { Checkpoint, Hex } from '../../src/index.ts';
import { ANVIL_CHAIN, bridge, labelled, MAX_32 } from './fixtures.ts';
import type { VectorCase, VectorFile } from './vectorFile.ts';

/** Public test keys: never fund or use them. */
const attestors = [1, 2, 3]
  .map((n) => labelled(`attestor key ${n}`))
  .map((privateKey) => ({ privateKey, address: attestorAddressOf(privateKey) }))
  .sort((a, b) => (a.address < b.address ? -1 : 1));
const stranger = labelled('attestor key of a stranger');

const domain = { tradingChainId: ANVIL_CHAIN, bridge };
const checkpoint: Checkpoint = { blockNumber: 4_096n, blockHash: labelled('block'), stateRoot: labelled('state root') };
const largest: Checkpoint = { blockNumber: 2n ** 64n - 1n, blockHash: MAX_32, stateRoot: MAX_32 };

const set = {
  privateKeys: attestors.map(({ privateKey }) => privateKey),
  attestors: attestors.map(({ address }) => address),
  threshold: 2,
};

function signedBy(signed: Checkpoint, ...keys: readonly (Hex | undefined)[]): Hex[] {
  return keys.filter((key) => key !== undefined).map((key) => signCheckpoint(domain, signed, key));
}

function checkpointCase(name: string, signed: Checkpoint, signatures: readonly Hex[]): VectorCase {
  return { name, ...signed, digest: checkpointDigestOf(domain, signed), signatures };
}

/** The other signature of the same key over the same digest: n − s, the other v. */
function withHighS(signature: Hex): Hex {
  const bytes = bytesFromHex(signature, 65);
  bytes.set(bytesFromUint(secp256k1.Point.Fn.ORDER - uintFromBytes(bytes.subarray(32, 64)), 32), 32);
  bytes[64] = bytes[64] === 27 ? 28 : 27;
  return hexFromBytes(bytes);
}

const [first, second, third] = set.privateKeys;
const good = signedBy(checkpoint, first, third);

export const checkpointVectors: VectorFile = {
  shared: { ...domain, ...set },
  cases: [
    checkpointCase('two of three', checkpoint, good),
    checkpointCase('three of three', checkpoint, signedBy(checkpoint, first, second, third)),
    checkpointCase('largest', largest, signedBy(largest, second, third)),
  ],
  refused: [
    { ...checkpointCase('one of three', checkpoint, signedBy(checkpoint, second)), code: 'QUORUM_MISSING' },
    { ...checkpointCase('none', checkpoint, []), code: 'QUORUM_MISSING' },
    { ...checkpointCase('one twice', checkpoint, signedBy(checkpoint, second, second)), code: 'SIGNER_ORDER' },
    { ...checkpointCase('out of order', checkpoint, good.toReversed()), code: 'SIGNER_ORDER' },
    { ...checkpointCase('a stranger', checkpoint, signedBy(checkpoint, first, stranger)), code: 'SIGNER_UNKNOWN' },
    { ...checkpointCase('over another block', checkpoint, signedBy(largest, first, second)), code: 'SIGNER_UNKNOWN' },
    { ...checkpointCase('high S', checkpoint, good.map(withHighS)), code: 'SIGNATURE_BAD' },
    {
      ...checkpointCase(
        'v of 0',
        checkpoint,
        good.map((s) => `${s.slice(0, -2)}00` as Hex),
      ),
      code: 'SIGNATURE_BAD',
    },
    {
      ...checkpointCase(
        '64 bytes',
        checkpoint,
        good.map((s) => s.slice(0, -2) as Hex),
      ),
      code: 'SIGNATURE_BAD',
    },
    {
      ...checkpointCase(
        'r of zero',
        checkpoint,
        good.map((s) => `0x${'00'.repeat(32)}${s.slice(66)}` as Hex),
      ),
      code: 'SIGNATURE_BAD',
    },
  ],
};
