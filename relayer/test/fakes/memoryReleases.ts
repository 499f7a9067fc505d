import { checkpointDigestOf, EMPTY_OUTBOX_HEAD, Fault, outboxHeadAfterAll, recoverAttestor } from '@twinspan/protocol';
import type { AttestorSet, CheckpointDomain, Hex, OutboxEntry } from '@twinspan/protocol';
import type { ReleaseArgs } from '@twinspan/sdk';

/** What came back to the asset chain, by the rules of its chaincode: signed by enough attestors, and in order. */
export class MemoryReleases {
  readonly #domain: CheckpointDomain;
  readonly #units = new Map<Hex, bigint>();
  #through = 0n;
  #head: Hex = EMPTY_OUTBOX_HEAD;
  /** In force. */
  attestors: AttestorSet | undefined;

  constructor(domain: CheckpointDomain) {
    this.#domain = domain;
  }

  get through(): bigint {
    return this.#through;
  }

  get head(): Hex {
    return this.#head;
  }

  /** Units by who got them. */
  get units(): ReadonlyMap<Hex, bigint> {
    return this.#units;
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
      this.#take(entry);
    }
    return due.length;
  }

  #take(entry: OutboxEntry): void {
    this.#head = outboxHeadAfterAll(this.#head, this.#through, [entry]);
    this.#through += 1n;
    this.#units.set(entry.target, (this.#units.get(entry.target) ?? 0n) + entry.units);
  }
}
