import assert from 'node:assert/strict';
import { mkdtempSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startBridge, until } from '@twinspan/devnet';
import type { RunningBridge } from '@twinspan/devnet';
import { rightsIdOf } from '@twinspan/protocol';
import type { ConfidentialRecord, Hex } from '@twinspan/protocol';
import { accountFrom, openNetwork } from '@twinspan/sdk';
import type { Network } from '@twinspan/sdk';
import { z } from 'zod';

/** Away from a developer's own devnet. */
const PORT_OFFSET = 10_000;

const UNIT_VALUE = 10n ** 18n;
const now = Math.floor(Date.now() / 1_000);

function recordOf(registrationNumber: string): ConfidentialRecord {
  return {
    rightsId: rightsIdOf('CustodianMSP', registrationNumber),
    class: 1,
    jurisdiction: 1,
    registeredUnits: 1_000n,
    appraisedValue: 2_000n * UNIT_VALUE,
    appraisedAt: now - 86_400,
    appraisalValidUntil: now + 90 * 86_400,
    rating: 80,
    encumbered: false,
    filingValidUntil: 0,
    ownerHash: `0x00${'11'.repeat(31)}`,
    documentsRoot: `0x00${'22'.repeat(31)}`,
    salt: `0x00${'5a'.repeat(31)}`,
  };
}

/** The tests are one story: each takes up where the one before it ended. */
describe('three nodes carry a right across and back', () => {
  const ends = new AsyncDisposableStack();
  let bridge: RunningBridge;
  let custodian: Network;
  let registry: Network;
  let venue: Network;
  let compliance: Network;
  let holder: Network;
  let laneId: bigint;
  let token: Hex;
  const record = recordOf('HB-2026-0001');
  const { rightsId } = record;
  const terms = { name: 'Hubei rooftops', symbol: 'HBR', decimals: 0 };

  before(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'twinspan-relayer-'));
    ends.defer(() => rm(directory, { recursive: true }));
    const nodes = { finality: { depth: 1 } };
    bridge = ends.use(await startBridge({ directory, portOffset: PORT_OFFSET, profile: { orderers: 'raft' }, nodes }));
    const open = (as: string, account: string): Network =>
      ends.use(openNetwork(bridge.file, { as, account, finality: { depth: 0 } }));
    custodian = open('custodian', 'deployer');
    registry = open('registry', 'deployer');
    venue = open('custodian', 'venueAdmin');
    compliance = open('custodian', 'compliance');
    holder = open('auditor', 'holder1');
  });

  after(() => ends.disposeAsync());

  const addressOf = (account: string): Hex =>
    `0x${accountFrom(bridge.network.description, account).address.slice(2).toLowerCase()}`;
  const balance = (account: string): Promise<bigint> => venue.trading.balanceOf(token, addressOf(account));
  const holds = (account: string, units: bigint): Promise<true> =>
    until(`${account} has ${units} units`, async () => ((await balance(account)) === units ? true : undefined));

  async function lock(...to: readonly (readonly [string, bigint])[]): Promise<void> {
    await custodian.asset.lock(
      laneId,
      to.map(([account, units]) => ({
        rightsId,
        account: 'house',
        recipient: addressOf(account),
        units,
        reference: 'A-17',
      })),
    );
  }

  it('proves the backing of a listed record by themselves', async () => {
    const { trading } = venue;
    const lane = { tradingChainId: BigInt(trading.chainId), bridge: trading.addresses.bridge, ordinal: 0 };
    laneId = (await custodian.asset.openLane(lane)).result.laneId;
    const { result } = await custodian.asset.register(
      {
        registrationNumber: 'HB-2026-0001',
        ...terms,
        issuedUnits: 1_000n,
        account: 'house',
        unitValue: UNIT_VALUE,
        valuedAt: now,
      },
      record,
    );
    await registry.asset.confirm(result);
    await (await trading.list({ rightsId, laneId, ...terms, eligibility: 'ONBOARDED_ONLY' })).confirmed();
    token = (await trading.listing(rightsId))?.token ?? assert.fail();
    await (await compliance.trading.onboard(token, [addressOf('holder1')])).confirmed();
    const backing = await until('a backing', () => trading.backing(result.commitment));
    assert.ok(backing.units >= 1_000n && backing.unitValue >= UNIT_VALUE);
  });

  it('mint what is locked', async () => {
    await lock(['holder1', 40n]);
    await holds('holder1', 40n);
    await lock(['holder1', 1n], ['holder1', 2n], ['holder1', 3n]);
    await holds('holder1', 46n);
  });

  it('mint a held message once its recipient is onboarded', async () => {
    await lock(['holder2', 5n]);
    await until('a held message', async () => (await venue.trading.heldMessages(laneId))[0]);
    await (await compliance.trading.onboard(token, [addressOf('holder2')])).confirmed();
    await holds('holder2', 5n);
  });

  it('bring a redemption home and acknowledge it', async () => {
    await (await holder.trading.redeem({ rightsId, units: 15n, account: 'returns' })).confirmed();
    await until('the release', async () =>
      (await custodian.asset.holding(rightsId, 'returns')).units === 15n ? true : undefined,
    );
    await until('the acknowledgement', async () =>
      (await venue.trading.bridgeLane(laneId)).releasedThrough === 1n ? true : undefined,
    );
  });

  it('tell the life of each message and where its units are, and refuse verbs on the port', async () => {
    const { httpUrl, node } = bridge.nodes[0] ?? assert.fail();
    const get = async (path: string): Promise<unknown> => (await fetch(`${httpUrl}${path}`)).json();
    const messagesSchema = z.object({ messages: z.array(z.object({ message: z.string(), stage: z.string() })) });
    const { messages } = messagesSchema.parse(await get(`/v1/messages?lane=${laneId}`));
    assert.deepEqual(
      messages.map(({ message }) => message),
      ['4', '3', '2', '1', '0'],
    );
    assert.equal(messages[0]?.stage, 'minted');
    const lifeSchema = z.object({
      life: z.array(z.object({ step: z.string() })),
      whereabouts: z.object({ sentence: z.string() }),
    });
    const { life, whereabouts } = lifeSchema.parse(await get(`/v1/messages/${laneId}/4`));
    assert.deepEqual(
      life.map(({ step }) => step),
      ['locked', 'sealed', 'endorsed', 'delivered', 'held', 'minted'],
    );
    assert.equal(whereabouts.sentence, "minted by a retry: in the recipient's balance");
    const supplySchema = z.object({ lanes: z.array(z.object({ agree: z.boolean() })) });
    assert.deepEqual(supplySchema.parse(await get('/v1/supply')).lanes, [{ agree: true }]);
    const releases = z.object({ releases: z.array(z.object({ index: z.string(), state: z.string() })) });
    assert.deepEqual(releases.parse(await get('/v1/releases')).releases, [{ index: '0', state: 'released' }]);
    const refused = await fetch(`${httpUrl}/v1/lanes/${laneId}/pause`, { method: 'POST' });
    assert.equal(refused.status, 405);
    assert.equal(statSync(join(dirname(bridge.file), 'nodes', `${node}.sock`)).mode & 0o777, 0o600);
    assert.match(await (await fetch(`${httpUrl}/metrics`)).text(), /^bridge_messages_delivered_total 5$/m);
  });

  it('stop the token when the registry freezes the record', async () => {
    await registry.asset.freeze(rightsId, 'a dispute');
    await until('the stop', async () => ((await venue.trading.tokenStatus(token)).halted ? true : undefined));
    await registry.asset.unfreeze(rightsId, 'settled');
    await until('its end', async () => ((await venue.trading.tokenStatus(token)).halted ? undefined : true));
  });

  it('lose nothing when a node is killed at work', async () => {
    const before = await balance('holder1');
    for (let round = 0; round < 5; round++) {
      await lock(['holder1', 1n], ['holder1', 2n]);
      const { child } = bridge.nodes[round % bridge.nodes.length] ?? assert.fail();
      await child.kill('SIGKILL');
      await child.restart();
    }
    await holds('holder1', before + 15n);
    const supply = await custodian.asset.supply(laneId, rightsId);
    const { held, outboxed } = await venue.trading.bridgeSupply(laneId, rightsId);
    assert.equal(supply.sealed, (await venue.trading.totalSupply(token)) + held + outboxed);
  });
});
