import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bn254 } from '@noble/curves/bn254.js';
import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import type { Circuit } from './prover.ts';

const { Fp, Fp2, Fp12 } = bn254.fields;
const { Point: G1 } = bn254.G1;
const { Point: G2 } = bn254.G2;
type PointG1 = ReturnType<typeof G1.fromAffine>;
type PointG2 = ReturnType<typeof G2.fromAffine>;

const coordinate = z
  .string()
  .regex(/^\d{1,78}$/)
  .transform(BigInt);
const one = z.literal('1');
const pointG1 = z.tuple([coordinate, coordinate, one]).transform(([x, y]) => g1(x, y));
const pair = z.tuple([coordinate, coordinate]);
const pointG2 = z
  .tuple([pair, pair, z.tuple([one, z.literal('0')])])
  .transform(([[xr, xi], [yr, yi]]) => g2({ xr, xi, yr, yi }));
/** A verification key as snarkjs writes it. */
const keySchema = z.object({
  protocol: z.literal('groth16'),
  curve: z.literal('bn128'),
  vk_alpha_1: pointG1,
  vk_beta_2: pointG2,
  vk_gamma_2: pointG2,
  vk_delta_2: pointG2,
  IC: z.array(pointG1).min(2),
});

/** Checks proofs of one circuit by its published verification key. */
export class ProofCheck {
  readonly #key: z.output<typeof keySchema>;
  /** Names the key: the hash of its file, lower-case hex. */
  readonly keyId: string;

  constructor(text: string) {
    this.#key = keySchema.parse(JSON.parse(text));
    this.keyId = createHash('sha256').update(text).digest('hex');
  }

  /**
   * Whether the eight words, in Solidity order, are a Groth16 proof for these inputs:
   * e(A, B) = e(α, β) · e(IC₀ + Σ inputᵢ · ICᵢ, γ) · e(C, δ).
   */
  holds(inputs: readonly bigint[], proof: readonly bigint[]): boolean {
    const { vk_alpha_1: alpha, vk_beta_2: beta, vk_gamma_2: gamma, vk_delta_2: delta, IC } = this.#key;
    if (inputs.length !== IC.length - 1) return false;
    try {
      const { a, b, c } = pointsOf(proof);
      const bound = [1n, ...inputs].reduce(
        (sum, by, place) => sum.add((IC[place] ?? G1.ZERO).multiplyUnsafe(by)),
        G1.ZERO,
      );
      const product = bn254.pairingBatch([
        { g1: a.negate(), g2: b },
        { g1: alpha, g2: beta },
        { g1: bound, g2: gamma },
        { g1: c, g2: delta },
      ]);
      return Fp12.eql(product, Fp12.ONE);
    } catch {
      return false; // a point that is none
    }
  }
}

const wordsSchema = z.tuple([
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
]);

/** @throws when there are no such points */
function pointsOf(proof: readonly bigint[]): { readonly a: PointG1; readonly b: PointG2; readonly c: PointG1 } {
  const [ax, ay, xi, xr, yi, yr, cx, cy] = wordsSchema.parse(proof);
  return { a: g1(ax, ay), b: g2({ xr, xi, yr, yi }), c: g1(cx, cy) };
}

/** @throws when there is no such point */
function g1(x: bigint, y: bigint): PointG1 {
  requireCanonical(x, y);
  const point = G1.fromAffine({ x, y });
  point.assertValidity();
  return point;
}

/** @throws when there is no such point in the group of the curve's order */
function g2({ xr, xi, yr, yi }: Record<'xr' | 'xi' | 'yr' | 'yi', bigint>): PointG2 {
  requireCanonical(xr, xi, yr, yi);
  const point = G2.fromAffine({ x: Fp2.fromBigTuple([xr, xi]), y: Fp2.fromBigTuple([yr, yi]) });
  point.assertValidity();
  return point;
}

/** One proof has one writing, as for the precompiled contract. */
function requireCanonical(...coordinates: readonly bigint[]): void {
  if (coordinates.some((value) => value < 0n || value >= Fp.ORDER)) throw new RangeError('not a coordinate');
}

/** The checks of both circuits. @param directory has `<circuit>/verification_key.json` @throws Fault CONFIG_BAD */
export function readProofChecks(directory: string): Readonly<Record<Circuit, ProofCheck>> {
  const read = (circuit: Circuit): ProofCheck => {
    const file = join(directory, circuit, 'verification_key.json');
    try {
      return new ProofCheck(readFileSync(file, 'utf8'));
    } catch (cause) {
      throw new Fault('CONFIG_BAD', `${file} holds no verification key`, { cause });
    }
  };
  return { AssetState1: read('AssetState1'), AssetState16: read('AssetState16') };
}
