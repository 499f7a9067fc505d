import { bundleToWire } from '@twinspan/sdk';
import { proofToWire } from '../../back/proofs.ts';
import { laneRange, numberKey } from '../../db/keys.ts';
import type { Tables } from '../../db/tables.ts';
import type { Lanes } from '../../lanes.ts';
import { attestationToWire } from '../../release/attestations.ts';
import { hintToWire, MOST_ITEMS } from './protocol.ts';
import type { Question } from './protocol.ts';

interface Modules {
  readonly tables: Pick<Tables, 'bundles' | 'attestations' | 'queues'>;
  readonly lanes: Pick<Lanes, 'all'>;
}

/** What this node has to give: only what it verified before it stored it. */
export async function* itemsFor(question: Question, { tables, lanes }: Modules): AsyncGenerator<string> {
  switch (question.ask) {
    case 'bundles': {
      const { laneId, fromEpoch, limit } = question;
      const range = { ...laneRange(laneId, fromEpoch), limit };
      for await (const [, bundle] of tables.bundles.entries(range)) yield bundleToWire(bundle);
      return;
    }
    case 'attestations': {
      const { fromBlock, toBlock } = question;
      // Keys are block/attestor: `~` comes after every attestor.
      const range = { from: numberKey(fromBlock), to: `${numberKey(toBlock)}/~`, limit: MOST_ITEMS.attestations };
      for await (const [, row] of tables.attestations.entries(range)) yield attestationToWire(row);
      return;
    }
    case 'proofs':
      for (const { body } of [...tables.queues.submitProof.all()].slice(0, MOST_ITEMS.proofs)) yield proofToWire(body);
      return;
    case 'lanes':
      for (const { laneId, sealed } of lanes.all().slice(0, MOST_ITEMS.lanes))
        yield hintToWire({ laneId, epoch: sealed });
  }
}
