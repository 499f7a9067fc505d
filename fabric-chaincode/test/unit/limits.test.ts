import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { bytes32FromAccount, rightsIdOf } from '@twinspan/protocol';
import type { Hex, OutboxEntry } from '@twinspan/protocol';
import { AssetNetwork } from '../fakes/assetNetwork.ts';
import {
  commitmentOf,
  confidentialOf,
  epochOf,
  holdingOf,
  lockAll,
  lockOf,
  openLane,
  registration,
} from '../fakes/fixtures.ts';
import { attestorKeys, attestorSet, TradingChain } from '../fakes/tradingChain.ts';

const LARGEST = (1n << 80n) - 1n;

describe('the largest units', () => {
  let network: AssetNetwork;
  let laneId: bigint;
  let rightsId: Hex;

  beforeEach(async () => {
    network = new AssetNetwork();
    rightsId = rightsIdOf('CustodianMSP', 'HB-1');
    const args = registration('HB-1', { issuedUnits: LARGEST.toString() });
    const transient = confidentialOf('CustodianMSP', 'HB-1', { registeredUnits: LARGEST });
    const commitment = commitmentOf(await network.submit('CustodianMSP', 'register', args, { transient }));
    await network.submit('RegistryMSP', 'confirm', { rightsId, commitment });
    laneId = await openLane(network, 'CustodianMSP');
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, LARGEST)]);
    await network.submit('CustodianMSP', 'seal', { laneId, lockIds });
  });

  /** Sends all units home. */
  async function comeHome(): Promise<void> {
    await network.submit('CustodianMSP', 'approveAttestors', attestorSet);
    await network.submit('AuditorMSP', 'approveAttestors', attestorSet);
    const target = bytes32FromAccount('treasury');
    const releases: OutboxEntry[] = [{ index: 0n, kind: 'REDEEM', rightsId, units: LARGEST, target }];
    const chain = new TradingChain();
    chain.append(laneId, releases);
    const evidence = await chain.evidence(laneId, attestorKeys.slice(0, 2));
    await network.submit('AuditorMSP', 'release', { laneId, releases, ...evidence });
  }

  it('are locked, sealed and released whole', async () => {
    const { words } = await epochOf(network, laneId, 1n);
    assert.equal(words.states[0]?.sealedUnits, LARGEST);
    assert.equal(words.messages[0]?.units, LARGEST);
    await network.refused('HOLDING_SHORT', 'CustodianMSP', 'lock', { laneId, locks: [lockOf(rightsId, 1n)] });
    await comeHome();
    assert.equal(await holdingOf(network, rightsId, 'treasury'), LARGEST);
  });

  it('end a lane for their record: it seals no unit more, and the lock can be cancelled', async () => {
    await comeHome();
    const lockIds = await lockAll(network, 'CustodianMSP', laneId, [lockOf(rightsId, 1n)]);
    await network.refused('UNITS_RANGE', 'CustodianMSP', 'seal', { laneId, lockIds });
    await network.submit('CustodianMSP', 'cancelLocks', { laneId, lockIds });
    assert.equal(await holdingOf(network, rightsId, 'treasury'), LARGEST);
  });
});
