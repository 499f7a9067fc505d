const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SIZE = 32;

/** A P-256 signature with s in the lower half, 32 bytes each. */
export interface LowSignature {
  readonly r: Uint8Array;
  readonly s: Uint8Array;
}

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

function toBytes(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(SIZE * 2, '0'), 'hex');
}

/** Both (r, s) and (r, n − s) verify; Fabric and our contract accept only the smaller. */
export function lowSignature(r: Uint8Array, s: Uint8Array): LowSignature {
  const high = toInteger(s);
  const low = high > ORDER / 2n ? ORDER - high : high;
  return { r: toBytes(toInteger(r)), s: toBytes(low) };
}

/** The 64 bytes r ‖ s that node:crypto writes as `ieee-p1363`. */
export function lowSignatureFromP1363(signature: Uint8Array): LowSignature {
  return lowSignature(signature.subarray(0, SIZE), signature.subarray(SIZE, 2 * SIZE));
}

/** ASN.1 SEQUENCE of two INTEGERs, short lengths only: 70–72 bytes for P-256. */
export function signatureToDer(signature: LowSignature): Uint8Array {
  const body = Buffer.concat([derInteger(signature.r), derInteger(signature.s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

function derInteger(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const minimal = bytes.subarray(start);
  const padded = (minimal[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), minimal]) : Buffer.from(minimal);
  return Buffer.concat([Buffer.of(0x02, padded.length), padded]);
}
