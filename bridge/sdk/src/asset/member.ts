import { X509Certificate } from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import { Fault, hexFromBytes, type Endorser, type Hex } from '@twinspan/protocol';

/** A consortium org as the client contract stores it: its peer's identity bytes and public key. */
export interface Member extends Endorser {
  readonly mspId: string;
}

/** @throws Fault SIGNER_UNKNOWN unless the bytes are a SerializedIdentity with a P-256 certificate. */
export function memberOf(identity: Uint8Array): Member {
  try {
    const parsed = msp.SerializedIdentity.deserializeBinary(identity);
    const { qx, qy } = publicKeyOf(Buffer.from(parsed.getIdBytes_asU8()).toString());
    return { mspId: parsed.getMspid(), identity, qx, qy };
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('SIGNER_UNKNOWN', 'an endorser is not a serialized identity with a certificate', { cause });
  }
}

function publicKeyOf(pem: string): { qx: Hex; qy: Hex } {
  const jwk = new X509Certificate(pem).publicKey.export({ format: 'jwk' });
  if (jwk.crv !== 'P-256' || jwk.x === undefined || jwk.y === undefined) {
    throw new Fault('SIGNER_UNKNOWN', 'an endorser has a key that is not on P-256');
  }
  return { qx: coordinate(jwk.x), qy: coordinate(jwk.y) };
}

function coordinate(base64Url: string): Hex {
  return hexFromBytes(Buffer.from(base64Url, 'base64url'));
}
