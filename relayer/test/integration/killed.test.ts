import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@twinspan/devnet';
import { withoutSinglePoint } from '@twinspan/relayer';
import { surviveBacklog } from './backlog.ts';
import { epochSeenBy, openRig } from './rig.ts';
import type { Rig } from './rig.ts';

const PORT_OFFSET = 3_000;
/** Short turns, so that the test is short. */
const mint = { sealDelayMs: 1_000, endorseDelayMs: 1_000, carryDelayMs: 2_000 };
const EVERY_MS = 150;
/** A slice of what `test/long` lets pile up. */
const WAITING = 1_000;

/** Locks and redemptions that never cease, until they are ended. */
class Load {
  locked = 0;
  redeemed = 0;
  #isEnded = false;
  readonly #running: Promise<unknown>;

  constructor(rig: Rig) {
    this.#running = Promise.all([this.#lockOn(rig), this.#redeemOn(rig)]);
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#running;
  }

  async #lockOn(rig: Rig): Promise<void> {
    while (!this.#isEnded) {
      await rig.lock(3);
      this.locked += 3;
      await pause(EVERY_MS);
    }
  }

  async #redeemOn(rig: Rig): Promise<void> {
    await until('something to redeem', async () => ((await rig.minted()) > 0n ? true : undefined));
    while (!this.#isEnded) {
      await rig.redeem(1n);
      this.redeemed += 1;
    }
  }
}

describe('the crossing goes on when a node is killed', () => {
  let rig: Rig;
  let load: Load;

  before(async () => {
    const nodes = { topology: withoutSinglePoint, finality: { depth: 1 }, overrides: { mint } };
    rig = await openRig(2, { portOffset: PORT_OFFSET, nodes });
    load = new Load(rig);
  });

  after(() => rig[Symbol.asyncDispose]());

  for (const name of ['custodian', 'registry', 'auditor', 'custodian-2']) {
    it(`${name}: both ways without it, and with it again`, async () => {
      const { child } = rig.node(name);
      await child.kill('SIGKILL');
      await rig.delivered(BigInt(load.locked) + 10n);
      await rig.home((await rig.returned()) + 2n);
      assert.equal(child.pid, undefined, 'it went on without the node');
      await child.restart();
      const { epoch } = await rig.venue.trading.bridgeLane(rig.laneId);
      await until('the node to have caught up', async () =>
        ((await epochSeenBy(rig.node(name), rig.laneId)) ?? 0n) >= epoch ? true : undefined,
      );
    });
  }

  it('and every unit is accounted for', async () => {
    await load.end();
    await rig.delivered(BigInt(load.locked));
    await rig.home(BigInt(load.redeemed));
    await rig.balances(BigInt(load.locked), BigInt(load.redeemed));
  });

  it('and so it is when all were down while locks piled up', async () => {
    await surviveBacklog(rig, WAITING, 60_000);
    await rig.balances(BigInt(load.locked + WAITING), BigInt(load.redeemed));
  });
});
