import assert from 'node:assert/strict';
import { it } from 'node:test';
import { withoutSinglePoint } from '@twinspan/relayer';
import { DYING_ENTRY, DyingNodes } from '../crash/dyingNodes.ts';
import { bothSidesOf, ordinaryPoints } from '../crash/places.ts';
import { Rounds } from '../crash/rounds.ts';
import { openRig } from './rig.ts';
import { seeded } from '../race/seeded.ts';

const PORT_OFFSET = 3_000;
const SEED = 1;
const DEATHS = 3;
const MOST_ROUNDS = 4;

it(`node processes are killed at ${DEATHS} of their writes, and every unit is accounted for`, async (context) => {
  const random = seeded(SEED);
  const drawn = bothSidesOf(ordinaryPoints).map((place) => ({ place, lot: random() }));
  const places = drawn
    .sort((one, other) => one.lot - other.lot)
    .slice(0, DEATHS)
    .map(({ place }) => place);
  const nodes = { topology: withoutSinglePoint, finality: { depth: 1 }, entry: DYING_ENTRY };
  await using rig = await openRig(1, { portOffset: PORT_OFFSET, nodes });
  const dying = new DyingNodes(rig, places, random);
  const rounds = new Rounds(rig);
  await rounds.next();
  for (let round = 0; round < MOST_ROUNDS && dying.left().length > 0; round++) {
    context.diagnostic((await dying.during(() => rounds.next())).join('; '));
  }
  await rounds.requireAccounts();
  assert.deepEqual(dying.left(), []);
});
