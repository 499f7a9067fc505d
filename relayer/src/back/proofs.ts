import { createHash } from 'node:crypto';
import { decimalField, Fault, FIELD_MODULUS, improvesBound, unpackBound, wordField } from '@twinspan/protocol';
import type { Bound, Hex } from '@twinspan/protocol';
import { z } from 'zod';
import type { ProofBody } from '../db/tables.ts';
import { MOST_PER_PROOF } from '../prover/prover.ts';
import { rankOf } from '../rank.ts';
import type { CarryTurns, ProofModules } from './modules.ts';

/** Decimal words of a proof, commitments and bounds, with names and brackets. */
export const MAX_PROOF_CHARS = 64 + 80 + 8 * 81 + MOST_PER_PROOF * (69 + 81);
/** The prime of the field that a proof's points are over (EIP-196). */
const BASE_MODULUS = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

const commitmentField = wordField.refine((word) => BigInt(word) < FIELD_MODULUS, { error: 'expected a field element' });
const coordinateField = decimalField(256).refine((word) => word < BASE_MODULUS, { error: 'expected a coordinate' });

const wireSchema = z
  .strictObject({
    policy: decimalField(256),
    commitments: z.array(commitmentField).min(1).max(MOST_PER_PROOF),
    bounds: z.array(decimalField(256)).min(1).max(MOST_PER_PROOF),
    proof: z.array(coordinateField).length(8),
  })
  .refine(({ commitments, bounds }) => commitments.length === bounds.length, { error: 'expected a bound each' })
  .refine(({ commitments }) => new Set(commitments).size === commitments.length, { error: 'a commitment twice' });

/** JSON for gossip. */
export function proofToWire({ policy, commitments, bounds, proof }: ProofBody): string {
  const decimals = (words: readonly bigint[]): string[] => words.map(String);
  return JSON.stringify({ policy: String(policy), commitments, bounds: decimals(bounds), proof: decimals(proof) });
}

/** Form only: the contract is asked before it is trusted. @throws Fault PEER_MESSAGE_BAD */
export function proofFromWire(text: string): ProofBody {
  try {
    if (text.length > MAX_PROOF_CHARS) throw new Error(`${text.length} characters are too many`);
    return { ...wireSchema.parse(JSON.parse(text)), rightsIds: [] };
  } catch (cause) {
    throw new Fault('PEER_MESSAGE_BAD', 'the text is not a proof', { cause });
  }
}

/** By what it shows and not by its bytes: one statement has any number of proofs. */
export function proofIdOf({ policy, commitments, bounds }: Omit<ProofBody, 'proof' | 'rightsIds'>): string {
  return createHash('sha256')
    .update([policy, ...commitments, ...bounds].join())
    .digest('hex');
}

/** For log lines: a node that only carries knows no records. */
export function namesIn({ rightsIds, commitments }: ProofBody): string {
  return (rightsIds.length === 0 ? commitments : rightsIds).join(',');
}

/** When a carrier's turn with a proof comes. */
export function turnMs(id: string, { node, carriers, carryDelayMs }: CarryTurns, nowMs: number): number {
  return nowMs + rankOf(node, carriers, `prove/${id}`) * carryDelayMs;
}

/** Whether the chain would be better off with the proof. */
export async function improves(
  { commitments, bounds, policy }: ProofBody,
  { trading }: Pick<ProofModules, 'trading'>,
): Promise<boolean> {
  if ((await trading.policy()).packed !== policy) return false;
  for (const [place, commitment] of commitments.entries()) {
    const stored = await trading.backing(commitment, policy);
    if (improvesBound(unpackBound(bounds[place] ?? 0n), stored)) return true;
  }
  return false;
}

/** The bound of a proof that is made and not yet seen on the chain. */
export function boundOnTheWay(
  commitment: Hex,
  policy: bigint,
  { tables }: Pick<ProofModules, 'tables'>,
): Bound | undefined {
  const { submitProof, confirmProof } = tables.queues;
  for (const queue of [submitProof, confirmProof]) {
    for (const { body } of queue.all()) {
      const place = body.policy === policy ? body.commitments.indexOf(commitment) : -1;
      const bound = body.bounds[place];
      if (bound !== undefined) return unpackBound(bound);
    }
  }
  return undefined;
}
