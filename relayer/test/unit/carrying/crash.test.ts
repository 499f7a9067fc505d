import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import type { Tables } from '../../../src/db/tables.ts';
import type { CarrierChain, CarrierNode } from '../../fakes/carrierNode.ts';
import { inWorld, rowsOf, STUCK_MS } from './world.ts';
import type { CarrierWorld } from './world.ts';

/** Kills at the n-th of all instructions that reach outside: each batch and each send, before and after it. */
class Killer {
  readonly #at: number;
  passed = 0;

  constructor(at: number) {
    this.#at = at;
  }

  around<Args extends unknown[]>(act: (...args: Args) => Promise<void>): (...args: Args) => Promise<void> {
    return async (...args) => {
      this.#step();
      await act(...args);
      this.#step();
    };
  }

  #step(): void {
    this.passed += 1;
    if (this.passed >= this.#at) throw new Fault('INTERNAL', 'killed');
  }
}

function killedTables(tables: Tables, killer: Killer): Tables {
  return {
    ...tables,
    writes: (point) => {
      const writes = tables.writes(point);
      writes.commit = killer.around(writes.commit.bind(writes));
      return writes;
    },
  };
}

/** Two keys, two lanes; fees that rise, so that everything is replaced; a pool that loses half of it; work done on the way. */
async function story(world: CarrierWorld, carrier: CarrierNode): Promise<void> {
  await carrier.settle();
  world.trading.baseFee = 12n;
  await world.pass(1, carrier);
  world.nowMs += STUCK_MS;
  await world.pass(1, carrier);
  world.trading.dropPool(({ nonce }) => nonce === 0);
  world.nowMs += 2_000;
  world.trading.baseFee = 40n;
  await world.pass(2, carrier);
  await world.pass(6, carrier);
}

async function crashAt(world: CarrierWorld, at: number): Promise<number> {
  const killer = new Killer(at);
  const opening = { keys: 2, directory: mkdtempSync(join(tmpdir(), 'twinspan-crash-')) };
  const through = (chain: CarrierChain): CarrierChain => ({ ...chain, broadcast: killer.around(chain.broadcast) });
  try {
    const withTables = (tables: Tables): Tables => killedTables(tables, killer);
    await story(world, await world.openWithAll({ ...opening, through, withTables }));
  } catch (error) {
    assert.ok(error instanceof Fault && error.sentence === 'killed', String(error));
  }
  await world.close();
  const again = await world.openWithAll(opening);
  world.nowMs += STUCK_MS;
  await world.pass(10, again);
  world.nowMs += STUCK_MS;
  await world.pass(4, again);
  assert.ok(world.isPaidOnce, `killed at ${at}: ${world.trading.delivered} by ${world.trading.deliveries}`);
  assert.deepEqual(await rowsOf(again), [], `killed at ${at}`);
  return killer.passed;
}

describe('a carrier with two keys that is killed', () => {
  it('anywhere around its writes and sends neither loses nor doubles', async () => {
    let at = 0;
    let places = 0;
    while (places >= at) {
      at += 1;
      await inWorld([2, 2], async (world) => {
        places = await crashAt(world, at);
      });
    }
    assert.ok(at > 50, `only ${at} places`);
  });
});
