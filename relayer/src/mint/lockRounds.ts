import type { Hex } from '@twinspan/protocol';
import type { AssetChain } from '@twinspan/sdk';
import type { DeliveryGas } from './deliveryGas.ts';
import type { SealDesk } from './sealDesk.ts';

interface Modules {
  readonly asset: Pick<AssetChain, 'pendingLocksPage'>;
  readonly desk: Pick<SealDesk, 'pageSize'>;
  readonly gas: Pick<DeliveryGas, 'mostMessages'>;
}

/** The locks of one epoch. */
export interface Taken {
  readonly locks: readonly string[];
  readonly records: ReadonlySet<Hex>;
  /** More locks wait than one epoch takes. */
  readonly isCut: boolean;
}

/** An epoch begins in the page where the last one stopped: several pages an epoch, so that it comes forward. */
const PAGES_AN_EPOCH = 4;

/**
 * Which of the waiting locks an epoch takes. The chain lists them by the ids of their transactions, in which new ones stand
 * anywhere: each epoch begins where the last one had to stop, so that none is passed over for longer than one round.
 */
export class LockRounds {
  readonly #epochMessages: number;
  readonly #modules: Modules;
  /** By lane, the page in which the last epoch stopped. */
  readonly #stops = new Map<bigint, string>();

  /** @param epochMessages the most that an epoch takes, gas permitting */
  constructor(epochMessages: number, modules: Modules) {
    this.#epochMessages = epochMessages;
    this.#modules = modules;
  }

  async take(laneId: bigint): Promise<Taken> {
    const { asset } = this.#modules;
    const size = await this.#pageSize(laneId);
    const locks = new Set<string>();
    const records = new Set<Hex>();
    let bookmark = this.#stops.get(laneId) ?? '';
    // After a fault, and when all is read, the list is begun anew.
    this.#stops.delete(laneId);
    for (let isRound = bookmark === ''; ;) {
      const page = await asset.pendingLocksPage(laneId, { size, bookmark });
      for (const { lockId, rightsId } of page.locks) {
        if (locks.has(lockId)) continue;
        if (locks.size >= (await this.#most(records, rightsId))) {
          this.#stops.set(laneId, bookmark);
          return { locks: [...locks], records, isCut: true };
        }
        locks.add(lockId);
        records.add(rightsId);
      }
      if (page.bookmark === undefined && isRound) return { locks: [...locks], records, isCut: false };
      isRound ||= page.bookmark === undefined;
      bookmark = page.bookmark ?? '';
    }
  }

  async #pageSize(laneId: bigint): Promise<number> {
    const most = Math.min(this.#epochMessages, (await this.#modules.gas.mostMessages(1)) ?? 1);
    return this.#modules.desk.pageSize(laneId, Math.ceil(most / PAGES_AN_EPOCH));
  }

  /** Locks that an epoch of these records and one more holds. */
  async #most(records: ReadonlySet<Hex>, rightsId: Hex): Promise<number> {
    const stateCount = records.has(rightsId) ? records.size : records.size + 1;
    return Math.min(this.#epochMessages, (await this.#modules.gas.mostMessages(stateCount)) ?? 0);
  }
}
