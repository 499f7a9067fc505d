import { X509Certificate } from 'node:crypto';
import { bytesToHex, type Hex } from 'viem';

/** An endorsing peer as the client contract keeps it. */
export interface Member {
  readonly mspId: string;
  /** The bytes of its `msp.SerializedIdentity`, over which it signs. */
  readonly identity: Uint8Array;
  readonly qx: Hex;
  readonly qy: Hex;
}

/**
 * The member that signs with a PEM certificate. The PEM's bytes are part of what peers sign: pass them unchanged.
 * @throws when the certificate's key is not on P-256
 */
export function memberOfCertificate(mspId: string, certificatePem: string): Member {
  const { crv, x, y } = new X509Certificate(certificatePem).publicKey.export({ format: 'jwk' });
  if (crv !== 'P-256' || x === undefined || y === undefined) {
    throw new Error(`The certificate of ${mspId} has a key that is not on P-256.`);
  }
  // SerializedIdentity { 1 mspid, 2 id_bytes }
  const identity = Buffer.concat([...field(0x0a, mspId), ...field(0x12, certificatePem)]);
  return { mspId, identity, qx: coordinate(x), qy: coordinate(y) };
}

/**
 * A key that stands for two organizations would be two of the K signatures.
 * @throws when two members share their key
 */
export function requireDistinctKeys(members: readonly Member[]): void {
  const owners = new Map<Hex, string>();
  for (const { mspId, qx } of members) {
    const other = owners.get(qx);
    if (other !== undefined) throw new Error(`The members of ${other} and ${mspId} have the same key.`);
    owners.set(qx, mspId);
  }
}

function field(tag: number, text: string): Buffer[] {
  const content = Buffer.from(text);
  const length: number[] = [];
  let rest = content.length;
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return [Buffer.from([tag, ...length, rest]), content];
}

function coordinate(base64Url: string): Hex {
  return bytesToHex(Buffer.from(base64Url, 'base64url'), { size: 32 });
}
