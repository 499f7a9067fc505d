// SPDX-License-Identifier: GPL-3.0-only
import { createHash } from 'node:crypto';
import { Q, R, inverses, mod, power, rootOfUnity, writeField } from './field.ts';
import { FixedBase } from './fixedBase.ts';
import { domainPower, type ConstraintSystem, type Term } from './r1csFile.ts';

// Groth16 keys whose secrets anyone can compute: they come from the seed below. gamma and delta are both the generator,
// which no key out of a ceremony has, so that even a key that lost its labels is recognised and refused in production.
// The file is what `snarkjs groth16 setup` would write for a powers-of-tau file with these secrets, but for the circuit
// hash, which holds DEVELOPMENT_MARK instead.

const SEED = 'twinspan development keys, version 1. Everyone knows this seed: these keys prove nothing.';

/** What a development key holds in place of the circuit's hash (64 bytes). */
export const DEVELOPMENT_MARK = createHash('sha512').update(SEED).digest();

/** The secrets behind development keys, which a ceremony's participants would have destroyed. */
export const SECRETS = { tau: secret('tau'), alpha: secret('alpha'), beta: secret('beta') };
const { tau: TAU, alpha: ALPHA, beta: BETA } = SECRETS;

const MONTGOMERY_SQUARED = power(2n, 512n);

function secret(name: string): bigint {
  const wide = createHash('sha512').update(`${SEED} ${name}`).digest('hex');
  return BigInt(`0x${wide}`) % R;
}

interface Scalars {
  a: bigint[];
  b: bigint[];
  k: bigint[];
}

/** The bytes of a .zkey file for `system`. Takes a few seconds per ten thousand constraints; the same every time. */
export async function developmentKey(system: ConstraintSystem): Promise<Uint8Array> {
  const log2Size = domainPower(system);
  const scalars = scalarsOf(system, lagrangeAtTau(log2Size));
  const odd = lagrangeAtTau(log2Size + 1).filter((_, i) => i % 2 === 1);
  await using base = new FixedBase();
  const secrets1 = await base.multiply('g1', [ALPHA, BETA, 1n]);
  const secrets2 = await base.multiply('g2', [BETA, 1n]);
  const firstPrivate = system.publicCount + 1;
  return zkeyFile([
    [1, uint32(1)],
    [2, headerSection(system, 2 ** log2Size, secrets1, secrets2)],
    [3, await base.multiply('g1', scalars.k.slice(0, firstPrivate))],
    [4, coefficientSection(system)],
    [5, await base.multiply('g1', scalars.a)],
    [6, await base.multiply('g1', scalars.b)],
    [7, await base.multiply('g2', scalars.b)],
    [8, await base.multiply('g1', scalars.k.slice(firstPrivate))],
    [9, await base.multiply('g1', odd)],
    [10, Buffer.concat([DEVELOPMENT_MARK, uint32(0)])],
  ]);
}

/** L_i(tau) of the development secrets, for every i of the domain of 2^log2Size roots of unity: (tau^n - 1) * w^i / (n * (tau - w^i)). */
export function lagrangeAtTau(log2Size: number): bigint[] {
  const size = 2 ** log2Size;
  const root = rootOfUnity(log2Size);
  const points: bigint[] = [];
  for (let i = 0, point = 1n; i < size; i++, point = mod(point * root)) points.push(point);
  const vanishing = mod(power(TAU, BigInt(size)) - 1n);
  return inverses(points.map((point) => mod(BigInt(size) * (TAU - point)))).map((inverse, i) =>
    mod(mod(vanishing * (points[i] ?? 0n)) * inverse),
  );
}

/** Each wire's polynomials at tau: A, B and beta*A + alpha*B + C. */
function scalarsOf(system: ConstraintSystem, lagrange: readonly bigint[]): Scalars {
  const a = new Array<bigint>(system.wireCount).fill(0n);
  const b = new Array<bigint>(system.wireCount).fill(0n);
  const c = new Array<bigint>(system.wireCount).fill(0n);
  system.constraints.forEach((constraint, i) => {
    const at = lagrange[i] ?? 0n;
    addTerms(a, constraint.a, at);
    addTerms(b, constraint.b, at);
    addTerms(c, constraint.c, at);
  });
  // The rows that keep the public inputs apart from each other.
  for (let wire = 0; wire <= system.publicCount; wire++) {
    a[wire] = (a[wire] ?? 0n) + (lagrange[system.constraints.length + wire] ?? 0n);
  }
  return {
    a: a.map(mod),
    b: b.map(mod),
    k: a.map((value, wire) => mod(BETA * mod(value) + ALPHA * mod(b[wire] ?? 0n) + (c[wire] ?? 0n))),
  };
}

function addTerms(sums: bigint[], terms: readonly Term[], factor: bigint): void {
  for (const { wire, coefficient } of terms) sums[wire] = (sums[wire] ?? 0n) + coefficient * factor;
}

function headerSection(system: ConstraintSystem, size: number, g1: Uint8Array, g2: Uint8Array): Uint8Array {
  const fields = new Uint8Array(64);
  writeField(fields, 0, Q);
  writeField(fields, 32, R);
  const alpha1 = g1.subarray(0, 64);
  const beta1 = g1.subarray(64, 128);
  const generator1 = g1.subarray(128);
  const beta2 = g2.subarray(0, 128);
  const generator2 = g2.subarray(128);
  return Buffer.concat([
    uint32(32),
    fields.subarray(0, 32),
    uint32(32),
    fields.subarray(32),
    uint32(system.wireCount, system.publicCount, size),
    ...[alpha1, beta1, beta2, generator2, generator1, generator2],
  ]);
}

/** The A and B coefficients, 44 bytes each: matrix, constraint, wire, value in twofold Montgomery form. */
function coefficientSection(system: ConstraintSystem): Uint8Array {
  const publicRows = system.publicCount + 1;
  const count = system.constraints.reduce((sum, { a, b }) => sum + a.length + b.length, publicRows);
  const bytes = new Uint8Array(4 + 44 * count);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, count, true);
  let at = 4;
  const put = (matrix: number, row: number, { wire, coefficient }: Term): void => {
    [matrix, row, wire].forEach((value, i) => {
      view.setUint32(at + 4 * i, value, true);
    });
    writeField(bytes, at + 12, mod(coefficient * MONTGOMERY_SQUARED));
    at += 44;
  };
  system.constraints.forEach(({ a, b }, row) => {
    for (const term of a) put(0, row, term);
    for (const term of b) put(1, row, term);
  });
  for (let wire = 0; wire < publicRows; wire++) put(0, system.constraints.length + wire, { wire, coefficient: 1n });
  return bytes;
}

function zkeyFile(sections: [kind: number, content: Uint8Array][]): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from('zkey'), uint32(1, sections.length)];
  for (const [kind, content] of sections) parts.push(uint32(kind, content.length, 0), content);
  return Buffer.concat(parts);
}

function uint32(...values: number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}
