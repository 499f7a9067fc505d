import { attestorAddressOf, EMPTY_OUTBOX_HEAD, outboxHeadAfterAll } from '@twinspan/protocol';
import type { Fault, Hex, OutboxEntry } from '@twinspan/protocol';
import type { BridgeEvent, LocatedOutboxEntry, ReleaseArgs } from '@twinspan/sdk';
import type { ReleaseModules, ReleasingModules } from '../../src/release/modules.ts';

export const LANE = 7n;
export const keys = [1, 2, 3].map((n): Hex => `0x${n.toString().padStart(64, '0')}`);
export const set = { attestors: keys.map(attestorAddressOf).sort(), threshold: 2 };
export const root: Hex = `0x${'aa'.repeat(32)}`;

/** An outbox on one side, and what has been released of it on the other. */
export class MemoryOutbox {
  readonly entries: LocatedOutboxEntry[] = [];
  readonly calls: ReleaseArgs[] = [];
  released = 0n;
  final = 0n;
  set: typeof set | undefined = set;
  refusal: Fault | undefined;
  isOverLimit = false;

  append(block: bigint): BridgeEvent {
    const index = BigInt(this.entries.length);
    const entry = { index, kind: 'REDEEM', rightsId: root, units: 5n, target: root } as const;
    const place = { blockNumber: block, txHash: root, blockHash: root, logIndex: 0 };
    this.entries.push({ ...entry, ...place });
    return { name: 'Outboxed', laneId: LANE, ...entry, ...place };
  }

  head(through: bigint): Hex {
    return outboxHeadAfterAll(EMPTY_OUTBOX_HEAD, 0n, this.entries.slice(0, Number(through)));
  }

  readonly asset: ReleasingModules['asset'] = {
    attestors: () => Promise.resolve(this.set),
    laneOutbox: () => Promise.resolve({ releasedThrough: this.released, head: this.head(this.released) }),
    release: (args) => {
      if (this.refusal !== undefined) return Promise.reject(this.refusal);
      this.calls.push(args);
      if (this.isOverLimit) {
        const waiting = { index: this.released, rightsId: root, code: 'RELEASE_LIMIT' } as const;
        const result = { applied: 0, releasedThrough: this.released, waiting };
        return Promise.resolve({ txId: 'tx', blockNumber: 1n, result });
      }
      const due = args.releases.filter(({ index }: OutboxEntry) => index >= this.released);
      this.released += BigInt(due.length);
      const result = { applied: due.length, releasedThrough: this.released };
      return Promise.resolve({ txId: 'tx', blockNumber: 1n, result });
    },
  };

  readonly trading: ReleaseModules['trading'] = {
    checkpoint: (blockNumber) => Promise.resolve({ blockNumber, blockHash: root, stateRoot: root }),
    requireChain: () => Promise.resolve(),
    block: (number) =>
      Promise.resolve({
        number,
        hash: root,
        parentHash: root,
        stateRoot: root,
        receiptsRoot: root,
        logsBloom: '0x',
        timestamp: 0n,
      }),
    finalizedBlock: () => Promise.resolve(this.final),
    outboxEntries: ({ fromIndex, throughBlock }) =>
      Promise.resolve(
        this.entries.filter(({ index, blockNumber }) => index >= fromIndex && blockNumber <= throughBlock),
      ),
    proof: () => Promise.resolve({ head: root, accountProof: [], storageProof: [] }),
  };
}
