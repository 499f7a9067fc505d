import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { outboxEntryHashOf } from '@twinspan/protocol';
import type { OutboxEntry } from '@twinspan/protocol';
import { assertNothingWritten } from '../fakes/assetNetwork.ts';
import type { Outcome } from '../fakes/assetNetwork.ts';
import { lockOf } from '../fakes/fixtures.ts';
import { ReleaseScene } from '../fakes/releaseScene.ts';

const ISSUED = 1000n;

/** Drives one record through everything that moves units; numbers choose among what is possible. */
class Walk {
  readonly #scene: ReleaseScene;
  readonly #outbox: OutboxEntry[] = [];
  readonly #bounced = new Set<bigint>();
  #outboxed = 0n;

  constructor(scene: ReleaseScene) {
    this.#scene = scene;
  }

  async step(action: Action): Promise<void> {
    const { kind, choice, units } = action;
    if (kind === 'lock') await this.#lock(choice, units);
    else if (kind === 'cancel') await this.#cancelOrSeal('cancelLocks', choice);
    else if (kind === 'seal') await this.#cancelOrSeal('seal', choice);
    else if (kind === 'redeem') await this.#redeem(units, choice);
    else if (kind === 'bounce') await this.#bounce(choice);
    else await this.#release(choice);
  }

  /** issued = held + pending + (sealed − released). */
  async requireConserved(): Promise<void> {
    const { held, pending, sealed, released } = await this.#sums();
    assert.equal(held + pending + (sealed - released), ISSUED);
    assert.ok(released <= sealed && sealed - released + pending <= ISSUED);
  }

  async #sums(): Promise<{ held: bigint; pending: bigint; sealed: bigint; released: bigint }> {
    const { network, laneId, rightsId } = this.#scene;
    const { holdings } = await network.query('AuditorMSP', 'holdings', { rightsId });
    const { sealed, released } = await network.query('AuditorMSP', 'supply', { laneId, rightsId });
    return {
      held: sumOf(holdings as { units: string }[]),
      pending: sumOf(await this.#pending()),
      sealed: BigInt(String(sealed)),
      released: BigInt(String(released)),
    };
  }

  async #pending(): Promise<{ lockId: string; units: string }[]> {
    const { network, laneId } = this.#scene;
    const { locks } = await network.query('AuditorMSP', 'pendingLocks', { laneId, pageSize: 200 });
    return locks as { lockId: string; units: string }[];
  }

  async #lock(choice: number, units: bigint): Promise<void> {
    const { laneId, rightsId } = this.#scene;
    const account = choice % 3 === 0 ? 'alice' : 'treasury';
    const locks = Array.from({ length: 1 + (choice % 4) }, () => lockOf(rightsId, units, { account }));
    await this.#try('CustodianMSP', 'lock', { laneId, locks });
  }

  /** Some of the pending locks, by the bits of the choice. */
  async #cancelOrSeal(name: 'cancelLocks' | 'seal', choice: number): Promise<void> {
    const pending = await this.#pending();
    const lockIds = pending.filter((_, i) => (choice >> (i % 8)) % 2 === 1).map(({ lockId }) => lockId);
    await this.#try('CustodianMSP', name, { laneId: this.#scene.laneId, lockIds });
  }

  /** The bridge burns no more than it has minted. */
  async #redeem(units: bigint, choice: number): Promise<void> {
    const { sealed } = await this.#sums();
    if (this.#outboxed + units > sealed) return;
    this.#append(this.#scene.redeem(BigInt(this.#outbox.length), units, choice % 2 === 0 ? 'alice' : 'treasury'));
  }

  async #bounce(choice: number): Promise<void> {
    const { network, laneId } = this.#scene;
    const { epoch } = await network.query('AuditorMSP', 'lane', { laneId });
    const number = 1n + (BigInt(choice) % BigInt(String(epoch)));
    const view = await network.query('AuditorMSP', 'epoch', { laneId, epoch: number });
    const [lock] = (view.details as { locks: { units: string }[] }).locks;
    const message = BigInt(String(view.firstMessage));
    const { sealed } = await this.#sums();
    if (lock === undefined || this.#bounced.has(message) || this.#outboxed + BigInt(lock.units) > sealed) return;
    this.#bounced.add(message);
    this.#append(this.#scene.bounce(BigInt(this.#outbox.length), BigInt(lock.units), message));
  }

  #append(entry: OutboxEntry): void {
    this.#outbox.push(entry);
    this.#outboxed += entry.units;
    this.#scene.chain.append(this.#scene.laneId, [entry]);
  }

  /** All that is due, or only its beginning. */
  async #release(choice: number): Promise<void> {
    const { network, laneId } = this.#scene;
    const { releasedThrough } = await network.query('AuditorMSP', 'laneOutbox', { laneId });
    const due = this.#outbox.slice(Number(releasedThrough));
    const count = Math.min(due.length, 1 + (choice % 4));
    if (count === 0) return;
    const args = await this.#scene.args(due.slice(0, count), { following: due.slice(count).map(outboxEntryHashOf) });
    assert.equal((await this.#try('AuditorMSP', 'release', args)).status, 200);
  }

  async #try(mspId: string, name: string, args: object): Promise<Outcome> {
    const outcome = await this.#scene.network.propose(mspId, name, args);
    if (outcome.status === 200) this.#scene.network.ledger.commit(outcome.proposal, outcome);
    else assertNothingWritten(outcome);
    return outcome;
  }
}

interface Action {
  readonly kind: 'lock' | 'cancel' | 'seal' | 'redeem' | 'bounce' | 'release';
  readonly choice: number;
  readonly units: bigint;
}

const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom('lock', 'cancel', 'seal', 'redeem', 'bounce', 'release'),
  choice: fc.nat({ max: 255 }),
  units: fc.bigInt({ min: 0n, max: 300n }),
});

function sumOf(values: readonly { readonly units: string }[]): bigint {
  return values.reduce((sum, { units }) => sum + BigInt(units), 0n);
}

describe('conservation', () => {
  it('issued units are always held, pending or out, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 30 }), async (actions) => {
        const walk = new Walk(await ReleaseScene.prepare());
        for (const one of actions) {
          await walk.step(one);
          await walk.requireConserved();
        }
      }),
      { numRuns: 25 },
    );
  });
});
