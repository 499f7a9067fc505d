import { checkpointDigestOf, EMPTY_OUTBOX_HEAD, Fault, outboxHeadAfterAll, recoverAttestor } from '@twinspan/protocol';
import type { AttestorSet, CheckpointDomain, Hex, OutboxEntry } from '@twinspan/protocol';
import type { ReleaseArgs } from '@twinspan/sdk';

/** What came back to the asset chain, by the rules of its chaincode: signed by enough attestors, and in order. */
export class MemoryReleases {
  readonly #domain: CheckpointDomain;
  readonly #entries: OutboxEntry[] = [];
  /** In force. */
  attestors: AttestorSet | undefined;

  constructor(domain: CheckpointDomain) {
    this.#domain = domain;
  }

  get through(): bigint {
    return BigInt(this.#entries.length);
  }

  get head(): Hex {
    return outboxHeadAfterAll(EMPTY_OUTBOX_HEAD, 0n, this.#entries);
  }

  /** Units by who got them. */
  get units(): ReadonlyMap<Hex, bigint> {
    const units = new Map<Hex, bigint>();
    for (const entry of this.#entries) units.set(entry.target, (units.get(entry.target) ?? 0n) + entry.units);
    return units;
  }

  /** @returns how many entries were new. @throws Fault QUORUM_MISSING or OUTBOX_MISMATCH */
  apply({ releases, checkpoint, signatures }: ReleaseArgs): number {
    const digest = checkpointDigestOf(this.#domain, checkpoint);
    const signers = new Set(signatures.map((signature) => recoverAttestor(digest, signature)));
    const known = [...signers].filter((signer) => this.attestors?.attestors.includes(signer));
    if (known.length < (this.attestors?.threshold ?? 1)) throw new Fault('QUORUM_MISSING', 'too few attestors signed');
    const due = releases.filter(({ index }) => index >= this.through);
    for (const entry of due) {
      if (entry.index !== this.through) throw new Fault('OUTBOX_MISMATCH', 'entries are missing');
      this.#entries.push(entry);
    }
    return due.length;
  }
}
