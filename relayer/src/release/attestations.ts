import {
  addressField,
  attestorAddressOf,
  checkpointDigestOf,
  Fault,
  hexField,
  signCheckpoint,
  uint64Field,
  wordField,
} from '@twinspan/protocol';
import type { AttestorSet, Checkpoint, CheckpointDomain, Hex } from '@twinspan/protocol';
import { z } from 'zod';
import { numberKey } from '../db/keys.ts';
import { Order } from '../db/order.ts';
import type { AttestationRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import { Wake } from '../wake.ts';
import { recoverSigner } from './recoverSigner.ts';
import { Evidence } from './evidence.ts';
import { SignedBlocks } from './signedBlocks.ts';

const wireSchema = z.strictObject({
  blockNumber: uint64Field,
  blockHash: wordField,
  stateRoot: wordField,
  attestor: addressField,
  signature: hexField(65),
});

/** What an attestor says. */
export type Attestation = z.output<typeof wireSchema>;
export type Seen = AttestationRow['seen'];

/** JSON for gossip. */
export function attestationToWire({ blockNumber, blockHash, stateRoot, attestor, signature }: Attestation): string {
  return JSON.stringify({ blockNumber: blockNumber.toString(), blockHash, stateRoot, attestor, signature });
}

/** Form only. @throws Fault PEER_MESSAGE_BAD */
export function attestationFromWire(text: string): Attestation {
  try {
    return wireSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault('PEER_MESSAGE_BAD', 'the text is not an attestation', { cause });
  }
}

/** Attestations that go together in one gossip message: what an attestor signs in a moment. */
export const MOST_ATTESTATIONS_SAID = 16;

/** One or more of them, a line each, no two of an attestor over the same block. @throws Fault PEER_MESSAGE_BAD */
export function attestationsFromWire(text: string): readonly Attestation[] {
  const lines = text.split('\n', MOST_ATTESTATIONS_SAID + 1);
  if (lines.length > MOST_ATTESTATIONS_SAID) throw new Fault('PEER_MESSAGE_BAD', 'there are too many attestations');
  const attestations = lines.map(attestationFromWire);
  // Of two that conflict, kept at once, neither would be seen as the second.
  if (new Set(attestations.map(keyOf)).size < lines.length)
    throw new Fault('PEER_MESSAGE_BAD', 'an attestor signs a block twice in one message');
  return attestations;
}

export interface Quorum {
  readonly checkpoint: Checkpoint;
  /** In ascending order of attestor. */
  readonly signatures: readonly Hex[];
}

/** Checked signatures over checkpoints, ours and the others'. */
export class Attestations {
  readonly wake = new Wake();
  readonly #tables: Tables;
  readonly #domain: CheckpointDomain;
  readonly #signed: SignedBlocks;
  readonly #rows = new Map<string, AttestationRow>();
  /** Blocks that the own key is to sign. */
  readonly #wishes = new Order<bigint>(
    byNumber,
    (block) => this.#tables.queues.attest.get(numberKey(block)) !== undefined,
  );
  readonly #byBlock = new Order<AttestationRow>(byBlock, (row) => this.#rows.get(keyOf(row)) === row);
  readonly evidence: Evidence;

  constructor(tables: Tables, domain: CheckpointDomain) {
    this.#tables = tables;
    this.#domain = domain;
    this.#signed = new SignedBlocks(tables);
    this.evidence = new Evidence(tables);
  }

  async open(): Promise<void> {
    await this.#signed.open();
    await this.evidence.open();
    for await (const [, row] of this.#tables.attestations.entries()) this.#take(row);
    for (const { body } of this.#tables.queues.attest.all()) this.#wishes.add(body.blockNumber);
  }

  get(blockNumber: bigint, attestor: Hex): AttestationRow | undefined {
    return this.#rows.get(keyOf({ blockNumber, attestor }));
  }

  sign({ blockNumber, blockHash, stateRoot }: Checkpoint, privateKey: Hex): Attestation {
    const checkpoint = { blockNumber, blockHash, stateRoot };
    const signature = signCheckpoint(this.#domain, checkpoint, privateKey);
    return { ...checkpoint, attestor: attestorAddressOf(privateKey), signature };
  }

  /** Signs with the own key, for good. @throws Fault ATTESTATION_CONFLICT when it has signed the block otherwise */
  vouch(checkpoint: Checkpoint, own: { readonly key: Hex; readonly atMs: number }, writes: Writes): Attestation {
    this.#signed.note(checkpoint, writes);
    const attestation = this.sign(checkpoint, own.key);
    this.#keep({ ...attestation, seen: { atMs: own.atMs, from: 'self' } }, writes);
    return attestation;
  }

  /** The own key is to sign a checkpoint of the block, if it has not and still may. */
  wish(blockNumber: bigint, attestor: Hex, writes: Writes): void {
    const { attest } = this.#tables.queues;
    const id = numberKey(blockNumber);
    const isDue = attest.get(id) === undefined && this.get(blockNumber, attestor) === undefined;
    if (!isDue || !this.mayVouch(blockNumber)) return;
    attest.add(writes, id, { blockNumber });
    writes.afterwards(() => {
      this.#wishes.add(blockNumber);
    });
  }

  /** Drops the wishes to sign blocks before this one. */
  giveUp(block: bigint, writes: Writes): void {
    this.#dropWishes((wish) => wish < block, writes);
  }

  #dropWishes(isDropped: (wish: bigint) => boolean, writes: Writes): void {
    for (const wish of this.#wishes.below(isDropped)) this.#tables.queues.attest.remove(writes, numberKey(wish));
  }

  /** Whether the own key may still sign a checkpoint of the block. */
  mayVouch(blockNumber: bigint): boolean {
    return !this.#signed.isForgotten(blockNumber);
  }

  /** @throws Fault SIGNATURE_BAD or SIGNER_UNKNOWN */
  verify(row: Attestation, attestors: readonly Hex[]): void {
    const signer = recoverSigner(checkpointDigestOf(this.#domain, row), row.signature);
    if (signer !== row.attestor) throw new Fault('SIGNATURE_BAD', `the attestation is not ${row.attestor}'s`);
    if (!attestors.includes(signer)) throw new Fault('SIGNER_UNKNOWN', `${signer} is not an attestor`);
  }

  /**
   * Keeps a verified attestation. The first of an attestor over a block counts; a second one that says something else
   * counts for nothing, and the two are kept as evidence.
   */
  keep(attestation: Attestation, seen: Seen, writes: Writes): 'first' | 'same' | 'conflict' | 'ignored' {
    const known = this.get(attestation.blockNumber, attestation.attestor);
    const row = { ...attestation, seen };
    if (known === undefined) {
      this.#keep(row, writes);
      return 'first';
    }
    if (known.blockHash === row.blockHash && known.stateRoot === row.stateRoot) return 'same';
    return this.evidence.keep(known, row, writes) ? 'conflict' : 'ignored';
  }

  #keep(row: AttestationRow, writes: Writes): void {
    writes.put(this.#tables.attestations, keyOf(row), row).afterwards(() => {
      this.#take(row);
      this.wake.ring();
    });
  }

  #take(row: AttestationRow): void {
    this.#rows.set(keyOf(row), row);
    this.#byBlock.add(row);
  }

  /** A quorum over one and the same checkpoint at this block; undefined while there is none. */
  quorum(blockNumber: bigint, set: AttestorSet): Quorum | undefined {
    const byCheckpoint = new Map<string, AttestationRow[]>();
    for (const attestor of new Set(set.attestors)) {
      const row = this.get(blockNumber, attestor);
      if (row === undefined) continue;
      const same = `${row.blockHash}${row.stateRoot}`;
      byCheckpoint.set(same, [...(byCheckpoint.get(same) ?? []), row]);
    }
    for (const rows of byCheckpoint.values()) {
      const [first] = rows;
      if (first === undefined || rows.length < set.threshold) continue;
      const chosen = rows.sort((a, b) => (a.attestor < b.attestor ? -1 : 1)).slice(0, set.threshold);
      const { blockHash, stateRoot } = first;
      return { checkpoint: { blockNumber, blockHash, stateRoot }, signatures: chosen.map((row) => row.signature) };
    }
    return undefined;
  }

  /**
   * Forgets what is older than `block`, and with it the wish to sign what may not be signed any more. Asked at every head,
   * it looks at nothing that stays.
   */
  prune(block: bigint, writes: Writes): void {
    this.#signed.prune(block, writes);
    this.#dropWishes((wish) => !this.mayVouch(wish), writes);
    for (const row of this.#byBlock.below((one) => one.blockNumber < block)) {
      const key = keyOf(row);
      writes.del(this.#tables.attestations, key).afterwards(() => this.#rows.delete(key));
    }
  }
}

function byBlock(a: AttestationRow, b: AttestationRow): number {
  return a.blockNumber < b.blockNumber ? -1 : 1;
}

function byNumber(a: bigint, b: bigint): number {
  return a < b ? -1 : 1;
}

function keyOf({ blockNumber, attestor }: Pick<AttestationRow, 'blockNumber' | 'attestor'>): string {
  return `${numberKey(blockNumber)}/${attestor}`;
}
