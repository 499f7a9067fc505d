import assert from 'node:assert/strict';
import { until } from '@twinspan/devnet';
import type { BridgeNode } from '@twinspan/devnet';
import { z } from 'zod';
import type { Rig } from '../integration/rig.ts';

const MOST_MS = 300_000;
/** The rig's record is rated 80: under each of these policies it can be backed. */
const LOWEST_RATING = 20;
const RATINGS = 60;

/** Full rounds of a running bridge: a mint, a held message and its retry, a new backing, a redemption. */
export class Rounds {
  readonly #rig: Rig;
  #rounds = 0;
  #locked = 0n;
  #redeemed = 0n;

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  /** One round; ends when all that it began has arrived and is acknowledged. */
  async next(): Promise<void> {
    const { custodian, laneId, venue } = this.#rig;
    const round = this.#rounds++;
    if ((await this.#rig.minted()) > 0n) {
      await this.#rig.redeem(1n);
      this.#redeemed += 1n;
    }
    await this.#lock(2);
    await this.#until('the locks to be sealed', async () => {
      const lane = await custodian.asset.lane(laneId);
      return lane?.nextMessage === this.#locked;
    });
    // What is delivered now is held until the record is backed under the new policy.
    const { policy } = await venue.trading.policy();
    const minRating = LOWEST_RATING + (round % RATINGS);
    await (await venue.trading.setPolicy({ ...policy, minRating })).confirmed();
    await this.#lock(1);
    await this.#rig.delivered(this.#locked, MOST_MS);
    await this.#rig.home(this.#redeemed, MOST_MS);
    await this.#until('the held messages to be minted', () => this.#hasNothingHeld());
    await this.#until('the releases to be acknowledged', async () => {
      const { releasedThrough } = await venue.trading.bridgeLane(laneId);
      return releasedThrough === this.#redeemed;
    });
  }

  /** Every lock minted or home, exactly once; both ledgers equal; nothing waits on any node. */
  async requireAccounts(): Promise<void> {
    await this.#rig.balances(this.#locked, this.#redeemed);
    for (const node of this.#rig.bridge.nodes) {
      await this.#until(`nothing to wait on ${node.node}`, async () => (await waitingOn(node)).length === 0);
    }
  }

  async #lock(count: number): Promise<void> {
    await this.#rig.lock(count);
    this.#locked += BigInt(count);
  }

  async #hasNothingHeld(): Promise<boolean> {
    const { laneId, records, venue } = this.#rig;
    const supplies = await Promise.all(records.map(({ rightsId }) => venue.trading.bridgeSupply(laneId, rightsId)));
    return supplies.every(({ held }) => held === 0n);
  }

  async #until(what: string, ask: () => Promise<boolean>): Promise<void> {
    await until(what, async () => ((await ask()) ? true : undefined), { timeoutMs: MOST_MS });
  }
}

const queuesSchema = z.object({ queues: z.record(z.string(), z.object({ length: z.int(), parked: z.int() })) });

/** Queues of the node in which something is, but for the looks at records that are planned for later. */
async function waitingOn({ httpUrl }: BridgeNode): Promise<string[]> {
  const response = await fetch(`${httpUrl}/v1/queues`, { signal: AbortSignal.timeout(5_000) });
  assert.equal(response.status, 200);
  const { queues } = queuesSchema.parse(await response.json());
  return Object.entries(queues)
    .filter(([name, { length, parked }]) => parked > 0 || (length > 0 && name !== 'prove'))
    .map(([name]) => name);
}
