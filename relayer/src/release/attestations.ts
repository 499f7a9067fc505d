import {
  addressField,
  attestorAddressOf,
  checkpointDigestOf,
  Fault,
  hexField,
  recoverAttestor,
  signCheckpoint,
  uint64Field,
  wordField,
} from '@twinspan/protocol';
import type { AttestorSet, Checkpoint, CheckpointDomain, Hex } from '@twinspan/protocol';
import { z } from 'zod';
import { numberKey } from '../db/keys.ts';
import type { AttestationRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import { Wake } from '../wake.ts';

const wireSchema = z.strictObject({
  blockNumber: uint64Field,
  blockHash: wordField,
  stateRoot: wordField,
  attestor: addressField,
  signature: hexField(65),
});

/** JSON for gossip. */
export function attestationToWire(row: AttestationRow): string {
  return JSON.stringify({ ...row, blockNumber: row.blockNumber.toString() });
}

/** Form only. @throws Fault PEER_MESSAGE_BAD */
export function attestationFromWire(text: string): AttestationRow {
  try {
    return wireSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault('PEER_MESSAGE_BAD', 'the text is not an attestation', { cause });
  }
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
  readonly #rows = new Map<string, AttestationRow>();

  constructor(tables: Tables, domain: CheckpointDomain) {
    this.#tables = tables;
    this.#domain = domain;
  }

  async open(): Promise<void> {
    for await (const [key, row] of this.#tables.attestations.entries()) this.#rows.set(key, row);
  }

  get(blockNumber: bigint, attestor: Hex): AttestationRow | undefined {
    return this.#rows.get(keyOf(blockNumber, attestor));
  }

  sign(checkpoint: Checkpoint, privateKey: Hex): AttestationRow {
    const signature = signCheckpoint(this.#domain, checkpoint, privateKey);
    return { ...checkpoint, attestor: attestorAddressOf(privateKey), signature };
  }

  /** @throws Fault SIGNATURE_BAD or SIGNER_UNKNOWN */
  verify(row: AttestationRow, attestors: readonly Hex[]): void {
    const signer = recoverAttestor(checkpointDigestOf(this.#domain, row), row.signature);
    if (signer !== row.attestor) throw new Fault('SIGNATURE_BAD', `the attestation is not ${row.attestor}'s`);
    if (!attestors.includes(signer)) throw new Fault('SIGNER_UNKNOWN', `${signer} is not an attestor`);
  }

  /** Keeps a verified attestation; a later one of the same attestor over the same block number replaces it. */
  keep(row: AttestationRow, writes: Writes): void {
    const key = keyOf(row.blockNumber, row.attestor);
    writes.put(this.#tables.attestations, key, row).afterwards(() => {
      this.#rows.set(key, row);
      this.wake.ring();
    });
  }

  /** A quorum over one and the same checkpoint at this block; undefined while there is none. */
  quorum(blockNumber: bigint, set: AttestorSet): Quorum | undefined {
    const byCheckpoint = new Map<string, AttestationRow[]>();
    for (const row of this.#rows.values()) {
      if (row.blockNumber !== blockNumber || !set.attestors.includes(row.attestor)) continue;
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

  /** Forgets what is older than `block`. */
  prune(block: bigint, writes: Writes): void {
    for (const [key, row] of this.#rows) {
      if (row.blockNumber >= block) continue;
      writes.del(this.#tables.attestations, key).afterwards(() => this.#rows.delete(key));
    }
  }
}

function keyOf(blockNumber: bigint, attestor: Hex): string {
  return `${numberKey(blockNumber)}/${attestor}`;
}
