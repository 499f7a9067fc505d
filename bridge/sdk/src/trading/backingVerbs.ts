import { Fault, packBound, packPolicy, unpackBound, unpackPolicy } from '@twinspan/protocol';
import type { Bound, Hex, Policy } from '@twinspan/protocol';
import { encodeFunctionData } from 'viem';
import { backingsAbi } from '../generated/abi.ts';
import { send } from './send.ts';
import { ask, type TradingSession } from './session.ts';
import type { Call, Sent, TransactionTerms } from './sent.ts';

/** An asset-state proof as the prover answers it: 1 or 2–16 records. */
export interface BackingProof {
  readonly commitments: readonly Hex[];
  readonly bounds: readonly Bound[];
  /** Eight words in Solidity order. */
  readonly proof: readonly bigint[];
}

export interface BackingVerbs {
  prove(proof: BackingProof, terms?: TransactionTerms): Promise<Sent>;
  /** Runs the proof through the contract without sending it. @throws Fault when it would revert */
  tryProve(proof: BackingProof): Promise<void>;
  setPolicy(policy: Policy, terms?: TransactionTerms): Promise<Sent>;
  policy(): Promise<{ readonly policy: Policy; readonly packed: bigint }>;
  /** undefined when none was proven under this policy. Absent `packedPolicy`: the current one. */
  backing(commitment: Hex, packedPolicy?: bigint): Promise<Bound | undefined>;
}

export function backingVerbs(session: TradingSession): BackingVerbs {
  const { client, options } = session;
  const to = options.addresses.backings;
  const contract = { address: to, abi: backingsAbi } as const;
  return {
    prove: async (proof, terms) => send(session, proveCall(to, proof), terms),
    tryProve: async (proof) => {
      const { what, data } = proveCall(to, proof);
      await ask(what, () => client.call({ to, data }));
    },
    setPolicy: async (policy, terms) => {
      const data = encodeFunctionData({ abi: backingsAbi, functionName: 'setPolicy', args: [packPolicy(policy)] });
      return send(session, { what: 'setPolicy', to, data }, terms);
    },
    policy: async () => {
      const packed = await ask('policy', () => client.readContract({ ...contract, functionName: 'policy' }));
      return { policy: unpackPolicy(packed), packed };
    },
    backing: async (commitment, packedPolicy) => {
      const packed = await ask('the backing', () =>
        packedPolicy === undefined
          ? client.readContract({ ...contract, functionName: 'currentBoundOf', args: [commitment] })
          : client.readContract({ ...contract, functionName: 'boundOf', args: [packedPolicy, commitment] }),
      );
      return packed === 0n ? undefined : unpackBound(packed);
    },
  };
}

export function proveCall(to: Hex, { commitments, bounds, proof }: BackingProof): Call {
  const args = [commitments, bounds.map(packBound), eightWords(proof)] as const;
  const data = encodeFunctionData({ abi: backingsAbi, functionName: 'prove', args });
  return { what: `prove ${commitments.length} backings`, to, data };
}

type EightWords = readonly [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

function eightWords(proof: readonly bigint[]): EightWords {
  const [a, b, c, d, e, f, g, h] = proof;
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw short(proof);
  if (e === undefined || f === undefined || g === undefined || h === undefined || proof.length !== 8)
    throw short(proof);
  return [a, b, c, d, e, f, g, h];
}

function short(proof: readonly bigint[]): Fault {
  return new Fault('PROOF_BAD', `a proof has eight words, not ${proof.length}`);
}
