import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { TopologyNode } from '@twinspan/relayer';
import { DYING_ENTRY, DyingNodes } from '../crash/dyingNodes.ts';
import { bothSidesOf, elsewhere, reachable } from '../crash/places.ts';
import { Rounds } from '../crash/rounds.ts';
import { openRig, registerRecord } from '../integration/rig.ts';
import { seeded } from '../race/seeded.ts';

const PORT_OFFSET = 3_000;
const SEED = 1;
const MOST_ROUNDS = 60;
/** Begins of batch names, with commas: the places to die at; absent: all. A run of all takes about 25 minutes. */
const { TWINSPAN_CRASH_POINTS: only = '' } = process.env;

/** So that every stage is on some node: one proves and does not carry, one attests and has no gateway. */
const topology: readonly TopologyNode[] = [
  {
    node: 'custodian',
    operator: 'custodian',
    org: 'custodian',
    roles: ['gateway', 'carrier', 'attestor'],
    carriers: ['carrier1'],
    account: 'attestor1',
  },
  { node: 'custodian-2', operator: 'custodian', org: 'custodian', roles: ['gateway', 'prover'], account: 'attestor1' },
  { node: 'registry', operator: 'registry', roles: ['attestor'], account: 'attestor2' },
  {
    node: 'auditor',
    operator: 'auditor',
    org: 'auditor',
    roles: ['gateway', 'carrier', 'attestor'],
    carriers: ['carrier3'],
    account: 'attestor3',
  },
];

it('nodes are killed at every write that there is, before and after it, and every unit is accounted for', async (context) => {
  const startedMs = performance.now();
  // At once, and not only when the test is over.
  const tell = (what: string): void => {
    console.log(`${((performance.now() - startedMs) / 60_000).toFixed(1)} min: ${what}`);
  };
  await using rig = await openRig(1, {
    portOffset: PORT_OFFSET,
    nodes: { topology, finality: { depth: 1 }, entry: DYING_ENTRY },
  });
  // It never gets a token: whoever looks at it finds nothing to prove.
  await registerRecord(rig, 1);
  const points = reachable.filter((point) => only.split(',').some((begin) => point.startsWith(begin)));
  const dying = new DyingNodes(rig, bothSidesOf(points), seeded(SEED));
  const rounds = new Rounds(rig);
  await rounds.next();
  let deaths = 0;
  let round = 0;
  for (; round < MOST_ROUNDS && dying.left().length > 0; round++) {
    tell(`round ${round}, ${dying.left().length} places left`);
    deaths += (await dying.during(() => rounds.next(), tell)).length;
  }
  await rounds.next();
  await rounds.requireAccounts();
  const left = dying.left().map(({ point, when, wasSeen, tries }) => {
    return `${when} ${point}, ${wasSeen ? 'seen' : 'never seen'}, tried ${tries} times`;
  });
  tell(`${deaths} deaths by SIGKILL in ${round} rounds`);
  for (const [point, reason] of Object.entries(elsewhere)) context.diagnostic(`not here: ${point}, ${reason}`);
  assert.deepEqual(left, [], 'no node died there');
});
