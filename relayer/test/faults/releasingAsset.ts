import {
  checkpointDigestOf,
  EMPTY_OUTBOX_HEAD,
  Fault,
  outboxHeadAfterAll,
  outboxHeadAfterHash,
  provenOutboxHead,
  requireQuorum,
} from '@twinspan/protocol';
import type { AttestorSet, CheckpointDomain, OutboxEntry } from '@twinspan/protocol';
import type { AssetChain, ReleaseArgs } from '@twinspan/sdk';
import { LANE } from '../fakes/memoryAsset.ts';
import type { MemoryAsset } from '../fakes/memoryAsset.ts';

/** The asset chain's other half: it believes a release only as chaincode does, by quorum and proof. */
export class ReleasingAsset {
  readonly #asset: MemoryAsset;
  readonly #set: AttestorSet;
  readonly #domain: CheckpointDomain;
  readonly released: OutboxEntry[] = [];
  #head = EMPTY_OUTBOX_HEAD;

  constructor(asset: MemoryAsset, set: AttestorSet, domain: CheckpointDomain) {
    this.#asset = asset;
    this.#set = set;
    this.#domain = domain;
  }

  /** Everything that a node with the roles gateway, carrier and attestor asks. */
  verbs(): AssetChain {
    const none = async function* <Item>(): AsyncGenerator<Item> {
      await Promise.resolve();
      yield* [];
    };
    const verbs = {
      ...this.#asset.verbs(),
      mspId: this.#asset.custodian,
      close: () => undefined,
      supplies: none,
      records: none,
      attestors: () => Promise.resolve(this.#set),
      laneOutbox: () => Promise.resolve({ releasedThrough: this.#next(), head: this.#head }),
      release: (args: ReleaseArgs) => this.#release(args),
    };
    // Whatever else is asked fails loudly: nothing of it belongs to these roles.
    return verbs as unknown as AssetChain;
  }

  #next(): bigint {
    return BigInt(this.released.length);
  }

  async #release(args: ReleaseArgs): Promise<Awaited<ReturnType<AssetChain['release']>>> {
    const { checkpoint, signatures, releases, following = [] } = args;
    requireQuorum(this.#set, checkpointDigestOf(this.#domain, checkpoint), signatures);
    const lane = { laneId: LANE, bridge: this.#domain.bridge };
    const proven = await provenOutboxHead(lane, checkpoint.stateRoot, args);
    const due = releases.filter(({ index }) => index >= this.#next());
    const head = outboxHeadAfterAll(this.#head, this.#next(), due);
    if (following.reduce(outboxHeadAfterHash, head) !== proven) {
      throw new Fault('OUTBOX_MISMATCH', 'the releases do not lead to the proven head');
    }
    this.released.push(...due);
    this.#head = head;
    this.#asset.released(this.#next());
    const result = { applied: due.length, releasedThrough: this.#next() };
    return { txId: 'release', blockNumber: 1n, result };
  }
}
