import { outboxHeadSlotOf, type Checkpoint, type Hex } from '@twinspan/protocol';
import { numberToHex } from 'viem';
import { ask, type TradingSession } from './session.ts';

/** Merkle-Patricia proofs from a block's state root to the head of one lane's outbox. */
export interface OutboxProof {
  readonly head: Hex;
  readonly accountProof: readonly Hex[];
  readonly storageProof: readonly Hex[];
}

export interface CheckpointVerbs {
  /** Number of the newest block that is final by the configured rule. */
  finalizedBlock(): Promise<bigint>;
  blockNumber(): Promise<bigint>;
  /** The block's hash and state root, in the word of this client's node. */
  checkpoint(blockNumber: bigint): Promise<Checkpoint>;
  /** eth_getProof for `outboxHead[laneId]` at the block. Nodes keep proofs for recent blocks only. */
  proof(laneId: bigint, blockNumber: bigint): Promise<OutboxProof>;
}

export function checkpointVerbs(session: TradingSession): CheckpointVerbs {
  const { client, finality, options } = session;
  const blockNumber = (): Promise<bigint> => ask('eth_blockNumber', () => client.getBlockNumber());
  return {
    blockNumber,
    finalizedBlock: async () => {
      if ('depth' in finality) {
        const tip = await blockNumber();
        const depth = BigInt(finality.depth);
        return tip > depth ? tip - depth : 0n;
      }
      return (await ask('the finalized block', () => client.getBlock({ blockTag: 'finalized' }))).number;
    },
    checkpoint: async (number) => {
      const block = await ask(`block ${number.toString()}`, () => client.getBlock({ blockNumber: number }));
      return { blockNumber: block.number, blockHash: block.hash, stateRoot: block.stateRoot };
    },
    proof: async (laneId, number) => {
      const slot = outboxHeadSlotOf(laneId);
      const proof = await ask('eth_getProof', () =>
        client.getProof({ address: options.addresses.bridge, storageKeys: [slot], blockNumber: number }),
      );
      const [stored] = proof.storageProof;
      return {
        head: numberToHex(stored?.value ?? 0n, { size: 32 }),
        accountProof: proof.accountProof,
        storageProof: stored?.proof ?? [],
      };
    },
  };
}
