import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '@twinspan/devnet';
import { Spread } from '../integration/spread.ts';

const PORT_OFFSET = 3_000;

describe('the crossing goes on around what hangs, and after what it had to wait for', () => {
  let spread: Spread;

  before(async () => {
    spread = await Spread.open(PORT_OFFSET);
  });

  after(() => spread[Symbol.asyncDispose]());

  it('backings are renewed when the broker ends in the middle of a proof and comes back', async () => {
    await spread.across();
    await spread.askForBackings({ minRating: 1 });
    await spread.broker.kill();
    const missed = /^bridge_faults_total\{.*"BROKER_UNREACHABLE"/;
    await until('the node to miss it', () => spread.metric('custodian', missed));
    // What comes across now is held until there are backings; what came before can go home.
    await spread.across();
    await spread.back();
    await spread.broker.up();
    await spread.backed();
  });

  it('the custodian goes on when one of its two peers hangs', async () => {
    const peer = spread.rig.bridge.network.process('peer0.custodian');
    await peer.pause();
    await spread.across();
    await spread.firstPeerIs('gone');
    await peer.resume();
    await spread.firstPeerIs('there');
    await spread.across();
  });

  it('a custodian with one peer waits while it is gone', async () => {
    await spread.leaveOnePeer();
    await spread.across();
    const { child } = spread.rig.node('custodian');
    const { pid } = child;
    const peer = spread.rig.bridge.network.process('peer0.custodian');
    await peer.kill('SIGKILL');
    await spread.firstPeerIs('gone');
    await spread.lock();
    await spread.redeem();
    await peer.restart();
    await spread.delivered();
    await spread.home();
    assert.equal(child.pid, pid, 'the same process');
  });

  it('and every unit is accounted for', () => spread.balances());
});
