import type { Hex } from '@twinspan/protocol';
import { attestorKey } from '../db/keys.ts';
import type { AttestationRow, EvidenceRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';

/** Blocks of one attestor of which the two checkpoints are kept: more would prove nothing more. */
const MOST_PER_ATTESTOR = 64;

/** Pairs of checkpoints that one attestor signed over one block. They are never forgotten. */
export class Evidence {
  readonly #tables: Tables;
  readonly #rows = new Map<string, EvidenceRow>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  async open(): Promise<void> {
    for await (const [key, row] of this.#tables.evidence.entries()) this.#rows.set(key, row);
  }

  all(): readonly EvidenceRow[] {
    return [...this.#rows.values()];
  }

  of(attestor: Hex): readonly EvidenceRow[] {
    return this.all().filter((row) => row.attestor === attestor);
  }

  /** false when the attestor is already convicted at this block, or often enough. */
  keep(first: AttestationRow, second: AttestationRow, writes: Writes): boolean {
    const { attestor, blockNumber } = second;
    const key = attestorKey(attestor, blockNumber);
    if (this.#rows.has(key) || this.of(attestor).length >= MOST_PER_ATTESTOR) return false;
    const row: EvidenceRow = { attestor, blockNumber, statements: [first, second] };
    // At once, so that a third statement that comes while this one is written is not a second pair.
    this.#rows.set(key, row);
    writes.put(this.#tables.evidence, key, row);
    return true;
  }
}
