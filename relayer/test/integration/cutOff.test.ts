import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { until } from '@twinspan/devnet';
import { Fault } from '@twinspan/protocol';
import { withoutSinglePoint } from '@twinspan/relayer';
import { openRig } from './rig.ts';
import type { Rig } from './rig.ts';

const PORT_OFFSET = 3_000;
/** Short turns, so that the test is short. */
const mint = { sealDelayMs: 1_000, endorseDelayMs: 1_000, carryDelayMs: 2_000 };
const LIAR = join(import.meta.dirname, '../../../fabric-chaincode/test/fakes/lyingMain.ts');

function onlyTimedOut(error: unknown): undefined {
  if (!(error instanceof Fault && error.code === 'TIMED_OUT')) throw error;
}

describe('the crossing goes on around what is cut off, hangs or lies', () => {
  let rig: Rig;
  let links: NonNullable<Rig['bridge']['links']>;
  let locked = 0n;
  let redeemed = 0n;

  before(async () => {
    const nodes = { topology: withoutSinglePoint, finality: { depth: 1 }, overrides: { mint } };
    rig = await openRig(1, { portOffset: PORT_OFFSET, links: true, nodes });
    links = rig.bridge.links ?? assert.fail();
  });

  after(() => rig[Symbol.asyncDispose]());

  async function lock(): Promise<void> {
    // A gateway picks the endorsers itself, and until it has noticed that one hangs it waits for it.
    await until('the locks to be taken', () => rig.lock(3).then(() => true as const, onlyTimedOut));
    locked += 3n;
    await rig.delivered(locked);
  }

  async function redeem(): Promise<void> {
    await rig.redeem(1n);
    redeemed += 1n;
  }

  /** How often the nodes have logged a code. */
  function countOf(code: string): number {
    const logs = rig.bridge.nodes.map(({ child }) => readFileSync(child.plan.logFile, 'utf8'));
    return logs.join('').split(`"${code}"`).length - 1;
  }

  async function bothWays(): Promise<void> {
    await lock();
    await redeem();
    await rig.home(redeemed);
  }

  it('the relayers in two parts, one with a quorum of attestors', async () => {
    links.partition(['custodian'], ['custodian-2', 'registry', 'auditor']);
    await bothWays();
    links.healAll();
  });

  it('the relayers each alone: mints go on, releases wait for a quorum', async () => {
    links.partition(['custodian'], ['custodian-2'], ['registry'], ['auditor']);
    await redeem();
    const home = await rig.returned();
    for (let round = 0; round < 3; round++) await lock();
    assert.equal(await rig.returned(), home, 'nobody has two signatures');
    links.healAll();
    await rig.home(redeemed);
  });

  it('the custodian from the trading chain', async () => {
    links.cut('custodian', 'trading');
    await bothWays();
    links.healAll();
  });

  it('a peer that is dead', async () => {
    const peer = rig.bridge.network.process('peer0.registry');
    await peer.kill('SIGKILL');
    await bothWays();
    await peer.restart();
  });

  it('a peer that hangs, and then is behind', async () => {
    const peer = rig.bridge.network.process('peer0.auditor');
    await peer.pause();
    await bothWays();
    await peer.resume();
    await bothWays();
  });

  it('a peer that endorses something else', async () => {
    const { network } = rig.bridge;
    const honest = network.process('chaincode.registry');
    await honest.stop();
    const liar = await network.run({ ...honest.plan, name: 'lying.registry', args: [LIAR] });
    const disagreements = countOf('ENDORSEMENTS_SHORT');
    for (let round = 0; round < 3; round++) await bothWays();
    assert.ok(countOf('ENDORSEMENTS_SHORT') > disagreements, 'the lie was met');
    await liar.stop();
    await honest.restart();
    await bothWays();
  });

  it('and every unit is accounted for', async () => {
    await rig.home(redeemed);
    await rig.balances(locked, redeemed);
  });
});
