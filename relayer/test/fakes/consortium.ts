import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { hexFromBytes, utf8Bytes } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { Consortium, Member, PeerEndorsement } from '@twinspan/sdk';

/** The order of P-256 (FIPS 186-5). */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

interface Signatory extends Member {
  readonly key: KeyObject;
}

function signatory(mspId: string): Signatory {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const coordinate = (text: string): Hex => hexFromBytes(Buffer.from(text, 'base64url'));
  return { mspId, identity: utf8Bytes(`identity of ${mspId}`), qx: coordinate(x), qy: coordinate(y), key: privateKey };
}

/** Three orgs with real keys, two of which must endorse. */
export class MemoryConsortium {
  readonly #signatories = ['AuditorMSP', 'CustodianMSP', 'RegistryMSP'].map(signatory);
  readonly consortium: Consortium = {
    members: this.#signatories,
    threshold: 2,
    assetChainId: `0x${'ab'.repeat(32)}`,
    chaincode: 'rights',
  };

  readonly #renewed = new Map<string, Signatory>();

  /** From now on the org's peer signs with a certificate that the trading chain does not have. */
  renew(mspId: string): void {
    this.#renewed.set(mspId, { ...signatory(mspId), identity: utf8Bytes(`renewed identity of ${mspId}`) });
  }

  endorse(payload: Uint8Array, mspIds: readonly string[]): PeerEndorsement[] {
    return this.#signatories
      .map((one) => this.#renewed.get(one.mspId) ?? one)
      .filter(({ mspId }) => mspIds.includes(mspId))
      .map(({ key, ...member }) => ({ ...member, ...signLow(key, Buffer.concat([payload, member.identity])) }));
  }
}

function signLow(key: KeyObject, bytes: Buffer): { r: Hex; s: Hex } {
  const signature = sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
  const s = BigInt(hexFromBytes(signature.subarray(32)));
  const low = s > ORDER / 2n ? ORDER - s : s;
  return { r: hexFromBytes(signature.subarray(0, 32)), s: `0x${low.toString(16).padStart(64, '0')}` };
}

/** A ProposalResponsePayload as a peer writes it, around a raw response. */
export function payloadAround(response: Uint8Array): Uint8Array {
  const action = [
    field(1, utf8Bytes('read set')),
    field(3, Buffer.concat([Buffer.from([0x08, 0xc8, 0x01]), field(3, response)])),
    field(4, Buffer.concat([field(2, utf8Bytes('rights')), field(3, utf8Bytes('1.0'))])),
  ];
  return Buffer.concat([field(1, new Uint8Array(32).fill(1)), field(2, Buffer.concat(action))]);
}

function field(number: number, content: Uint8Array): Buffer {
  const length: number[] = [];
  let rest = content.length;
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length, rest]), content]);
}
