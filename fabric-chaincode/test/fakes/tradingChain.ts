import { createMerkleProof, createMPT } from '@ethereumjs/mpt';
import type { MerklePatriciaTrie } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import {
  attestorAddressOf,
  bytesFromHex,
  EMPTY_OUTBOX_HEAD,
  hexFromBytes,
  outboxHeadAfter,
  outboxHeadSlotOf,
  signCheckpoint,
} from '@twinspan/protocol';
import type { Checkpoint, CheckpointDomain, Hex, OutboxEntry } from '@twinspan/protocol';
import { BRIDGE, CHAIN_ID } from './fixtures.ts';

/** Attestor keys in ascending order of their addresses. */
export const attestorKeys: readonly Hex[] = [1, 2, 3]
  .map((i): Hex => `0x${'00'.repeat(31)}0${i}`)
  .sort((a, b) => (attestorAddressOf(a) < attestorAddressOf(b) ? -1 : 1));

export const attestorSet = { attestors: attestorKeys.map(attestorAddressOf), threshold: 2 };

const domain: CheckpointDomain = { tradingChainId: CHAIN_ID, bridge: BRIDGE };

/** Arguments of `release` besides lane and entries. */
export interface Evidence {
  readonly checkpoint: Checkpoint;
  readonly signatures: readonly Hex[];
  readonly accountProof: readonly Hex[];
  readonly storageProof: readonly Hex[];
}

/** The state of a trading chain as Merkle-Patricia tries: a bridge with outboxes among other accounts and slots. */
export class TradingChain {
  readonly #heads = new Map<bigint, Hex>();
  #blocks = 0n;

  /** Appends entries to a lane's outbox; returns them numbered on. */
  append(laneId: bigint, entries: readonly OutboxEntry[]): void {
    const head = this.#heads.get(laneId) ?? EMPTY_OUTBOX_HEAD;
    this.#heads.set(laneId, entries.reduce(outboxHeadAfter, head));
  }

  /** What attestors and a node give for the chain's current state. */
  async evidence(laneId: bigint, signers: readonly Hex[] = attestorKeys.slice(0, 2)): Promise<Evidence> {
    const storage = await this.#storage();
    const accounts = await accountsWith(BRIDGE, storage.root());
    const checkpoint: Checkpoint = {
      blockNumber: ++this.#blocks,
      blockHash: `0x${'bb'.repeat(32)}`,
      stateRoot: hexFromBytes(accounts.root()),
    };
    return {
      checkpoint,
      signatures: signers.map((key) => signCheckpoint(domain, checkpoint, key)),
      accountProof: await proofOf(accounts, BRIDGE),
      storageProof: await proofOf(storage, outboxHeadSlotOf(laneId)),
    };
  }

  /** The proof of another account of the same state. */
  async foreignAccountProof(): Promise<readonly Hex[]> {
    return proofOf(await accountsWith(BRIDGE, (await this.#storage()).root()), foreignAccount(1));
  }

  async #storage(): Promise<MerklePatriciaTrie> {
    const trie = await createMPT({ useKeyHashing: true });
    for (let slot = 1; slot < 20; slot++) await trie.put(wordOf(slot), RLP.encode(slot));
    for (const [laneId, head] of this.#heads) {
      await trie.put(bytesFromHex(outboxHeadSlotOf(laneId)), RLP.encode(withoutLeadingZeros(bytesFromHex(head))));
    }
    return trie;
  }
}

async function accountsWith(address: Hex, storageRoot: Uint8Array): Promise<MerklePatriciaTrie> {
  const trie = await createMPT({ useKeyHashing: true });
  const codeHash = wordOf(7);
  for (let i = 1; i < 20; i++) {
    await trie.put(bytesFromHex(foreignAccount(i)), RLP.encode([i, 10 ** 9, wordOf(i), codeHash]));
  }
  await trie.put(bytesFromHex(address), RLP.encode([1, 0, storageRoot, codeHash]));
  return trie;
}

function foreignAccount(i: number): Hex {
  return `0x${i.toString(16).padStart(2, '0').repeat(20)}`;
}

function wordOf(value: number): Uint8Array {
  const word = new Uint8Array(32);
  word[31] = value;
  return word;
}

function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.findIndex((byte) => byte !== 0));
}

async function proofOf(trie: MerklePatriciaTrie, key: Hex): Promise<readonly Hex[]> {
  return (await createMerkleProof(trie, bytesFromHex(key))).map(hexFromBytes);
}
