import { createPrivateKey, sign } from 'node:crypto';
import type { Signer } from '@hyperledger/fabric-gateway';
import { Fault } from '@twinspan/protocol';
import { lowSignatureFromP1363, signatureToDer } from './lowS.ts';

/**
 * Signs whole messages with SHA-256 and low S: the gateway must be connected with `hash.none`. On node:crypto because
 * the stock signer is pure JavaScript, 20 times slower, and each transaction takes three signatures.
 */
export function nativeSigner(keyPem: string): Signer {
  const key = readKey(keyPem);
  return (message) => {
    const signature = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
    return Promise.resolve(signatureToDer(lowSignatureFromP1363(signature)));
  };
}

function readKey(keyPem: string): ReturnType<typeof createPrivateKey> {
  try {
    const key = createPrivateKey(keyPem);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch (cause) {
    throw new Fault('CONFIG_BAD', 'the private key is not PEM', { cause });
  }
  throw new Fault('CONFIG_BAD', 'the private key is not on P-256');
}
