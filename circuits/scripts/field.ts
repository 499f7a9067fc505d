// SPDX-License-Identifier: GPL-3.0-only

/** The order of BN254's groups: the field that circuits compute in. */
export const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** The order of BN254's base field: coordinates of points. */
export const Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

/** `value` modulo the scalar field's order, never negative. */
export function mod(value: bigint): bigint {
  const rest = value % R;
  return rest < 0n ? rest + R : rest;
}

/** base^exponent in the scalar field. */
export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

/** The inverses of non-zero field elements, with one exponentiation for all (Montgomery's trick). */
export function inverses(values: readonly bigint[]): bigint[] {
  const prefixes: bigint[] = [];
  let product = 1n;
  for (const value of values) {
    prefixes.push(product);
    product = mod(product * value);
  }
  let rest = power(product, R - 2n);
  const result = new Array<bigint>(values.length);
  for (let i = values.length - 1; i >= 0; i--) {
    result[i] = mod(rest * (prefixes[i] ?? 0n));
    rest = mod(rest * (values[i] ?? 0n));
  }
  return result;
}

/** A primitive root of unity of order 2^log2Size: a power of 5, the smallest non-residue, as snarkjs takes it. */
export function rootOfUnity(log2Size: number): bigint {
  return power(5n, (R - 1n) >> BigInt(log2Size));
}

/** Writes `value` as 32 bytes, little-endian. */
export function writeField(target: Uint8Array, offset: number, value: bigint): void {
  const view = new DataView(target.buffer, target.byteOffset + offset, 32);
  for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, BigInt.asUintN(64, value >> BigInt(64 * i)), true);
}

/** Reads 32 bytes, little-endian. */
export function readField(view: DataView, offset: number): bigint {
  let value = 0n;
  for (let i = 3; i >= 0; i--) value = (value << 64n) | view.getBigUint64(offset + 8 * i, true);
  return value;
}
