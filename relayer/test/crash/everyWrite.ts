import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pointNames } from '../../src/db/commitPoints.ts';
import type { CommitPoint } from '../../src/db/commitPoints.ts';
import { Crossing } from './crossing.ts';
import type { Ledgers, NodeDeath } from './crossing.ts';
import { NODES } from './nodeConfig.ts';
import { scenario } from './scenario.ts';

/** Written by people's commands, each in one batch of its own that no pipeline waits for; tested where they are. */
const BY_PEOPLE: ReadonlySet<CommitPoint> = new Set(['admin/pause', 'admin/rouse', 'rebuild/keep']);

export interface Undisturbed {
  readonly ledgers: Ledgers;
  /** Every batch that was written: of which node, and how often. */
  readonly visits: Crossing['visits'];
}

/** @throws when the scenario leaves out a batch that some pipeline writes */
export async function undisturbed(): Promise<Undisturbed> {
  const crossing = await Crossing.open();
  try {
    await scenario(crossing);
    const ledgers = await crossing.ledgers();
    assert.deepEqual(ledgers.left, []);
    assert.deepEqual(crossing.troubles, []);
    const { visits } = crossing;
    const forgotten = pointNames.filter(
      (point) => !BY_PEOPLE.has(point) && NODES.every((node) => !visits[node].has(point)),
    );
    assert.deepEqual(forgotten, [], 'the scenario never writes these batches: extend it');
    return { ledgers, visits };
  } finally {
    await crossing.close();
  }
}

/** Every node, batch and side of it, each time at one of its writes, which one by the seed. */
export function everyDeath({ visits }: Undisturbed, seed: number): NodeDeath[] {
  return NODES.flatMap((node) =>
    [...visits[node]].flatMap(([point, count]) => {
      const hits = fc.sample(fc.integer({ min: 1, max: count }), { seed: seed + count, numRuns: 2 });
      const whens = ['before', 'after'] as const;
      return whens.map((when, place): NodeDeath => ({ node, point, when, hit: hits[place] ?? 1 }));
    }),
  );
}

/** Runs the scenario with the death in it and holds the end against the undisturbed one. */
export async function assertSurvives(death: NodeDeath, { ledgers }: Undisturbed): Promise<void> {
  const name = `${death.node} killed ${death.when} ${death.point}, hit ${death.hit}`;
  const crossing = await Crossing.open({ death });
  try {
    await scenario(crossing);
    await crossing.blocks(QUIET_BLOCKS);
    assert.deepEqual(await crossing.ledgers(), ledgers, name);
  } finally {
    await crossing.close();
  }
}

/** What a death delayed has its time to catch up. */
const QUIET_BLOCKS = 12;
